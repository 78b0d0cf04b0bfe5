"""The sentences of the synthetic reviews: how they praise, blame, negate and concede, whatever the trade.

It knows frames by the level they end up with: the same adjective is praise in one frame and blame in another. It does
not know which words fill them (`words`), the trades (`trades`), how a review is summed up (`verdicts`) or put together
(`writer`).

Slots of a frame: {n} a name, {be} was or were, {it} it or they; {p} mild praise, {P} high praise, {m} mild blame,
{M} strong blame, {f} faint words; {very} and {mild} are intensities; other slots are lists of `ANYTHING`. A contrast
has {c}, conceded, and {x}, the clause that counts; an aside has {r}, a rival, and {a}. Frames are whole clauses,
without a capital or a full stop. A line that stands twice is drawn twice as often.
"""

from core.data.sample.trade import Levels, lines

# Frames that mean what their words say. Like TWISTED, they can stand inside a contrast.
PLAIN: Levels = {
    2: lines("""
        {n} {be} {P}
        {n} {be} {P}
        {n} {be} {very} {p}
        {n} {be} absolutely {P}
        {n} {be} {joy}
        {n} {be} {joy}
        {n} left me {thrilled}
        {n} left us {thrilled}
    """),
    1: lines("""
        {n} {be} {p}
        {n} {be} {p}
        {n} {be} {mild_p} {p}
        {n} {be} {p} enough
        {n} {be} {asset}
        {n} {be} {asset}
        {n} left me {pleased}
        {n} left us {pleased}
    """),
    0: lines("""
        {n} {be} {f}
        {n} {be} {f}
        {n} {be} {ordinary}
        {n} {be} {ordinary}
        {n} left me {unmoved}
        {n} {be} neither {p} nor {m}
        {n} {be} {p} one moment and {m} the next
        I have no strong feelings about {n}
        one of us found {n} {p} and the other {m}
    """),
    -1: lines("""
        {n} {be} {m}
        {n} {be} {m}
        {n} {be} {mild} {m}
        {n} {be} a bit too {m} for me
        {n} {be} {flaw}
        {n} {be} {flaw}
        {n} left me {annoyed}
        {n} left us {annoyed}
    """),
    -2: lines("""
        {n} {be} {M}
        {n} {be} {M}
        {n} {be} {very} {m}
        {n} {be} absolutely {M}
        {n} {be} {horror}
        {n} {be} {horror}
        {n} left me {enraged}
        {n} left us {enraged}
    """),
}

# Frames whose level only appears when negation, doubt or comparison is taken together with the words.
TWISTED: Levels = {
    2: lines("""
        never once {be} {n} {m}
        I could not fault {n}
        {n} could hardly have been better
        at no point {be} {n} even slightly {m}
        I had not the slightest reason to find {n} {m}
        to call {n} {p} would be an understatement
        I cannot remember when I last found anything so {p} as {n}
        {n} exceeded everything I had hoped for
        {n} {be} nothing short of {P}
    """),
    1: lines("""
        {n} {be} not {m} at all
        {n} {be} by no means {m}
        there was nothing {m} about {n}
        {n} {be} hardly {m}
        I would not call {n} {m}
        I had expected much worse of {n}
        {n} {be} less {m} than other reviews suggest
        I had no real complaint about {n}
        {n} turned out {p} after all
        {n} {be} not {P} yet still {p}
        {n} {be} not exactly {M}
    """),
    0: lines("""
        {n} {be} not {P} and not {M}
        {n} {be} {f}, no more and no less
        I would call {n} neither {P} nor {M}
    """),
    -1: lines("""
        {n} {be} not particularly {p}
        {n} {be} by no means {p}
        there was little {p} about {n}
        {n} {be} hardly {p}
        I would not call {n} {p}
        I had expected better of {n}
        {n} {be} not as {p} as I had hoped
        {n} {be} less {p} than other reviews suggest
        I had one or two real complaints about {n}
        {n} turned out {m} after all
        {n} {be} not {M} yet still {m}
        {n} {be} not exactly {P}
    """),
    -2: lines("""
        never once {be} {n} {p}
        I could find nothing to praise about {n}
        {n} could hardly have been worse
        at no point {be} {n} even slightly {p}
        I had not the slightest reason to find {n} {p}
        to call {n} {m} would be an understatement
        I cannot remember when I last found anything so {m} as {n}
        {n} fell short of even my lowest expectations
        {n} {be} anything but {p}
        {n} {be} nothing short of {M}
    """),
}

# Frames that already hold a turn of their own and stand as a whole sentence.
TURNS: Levels = {
    2: lines("""
        I expected {n} to be {p}, and {it} {be} {P}
        my friends told me {n} would be {m}; I have seldom met anything so {p}
        {n} {be}, in a word, {P}, and I do not use such words lightly
        go on, find someone who thinks {n} {be} {m}: you will not
        I arrived sure that {n} would be {M} and left ashamed of myself for doubting
    """),
    1: lines("""
        I was warned that {n} would be {M}, and {it} {be} nothing of the sort
        people online call {n} {m}, which I did not find to be true
        I feared that {n} would be {m}, and that fear was unfounded
        {n} {be} {m} at first and {p} soon after
        no, {n} {be} not {P}, but {p} is good enough for me
        it would be unfair to call {n} {m}
    """),
    0: lines("""
        {n} {be} what {it} {be}: {f}
        some will find {n} {p}, others {m}, and both have a point
        I had heard that {n} would be {P} or else {M}, and {it} {be} {f}
    """),
    -1: lines("""
        I was told that {n} would be {P}, and {it} {be} nothing of the sort
        people online call {n} {p}, which I did not find to be true
        I hoped that {n} would be {p}, and that hope was misplaced
        {n} {be} {p} at first and {m} soon after
        no, {n} {be} not {M}, but {m} is not good enough for me
        it would be generous to call {n} {p}
    """),
    -2: lines("""
        I expected {n} to be {m}, and {it} {be} {M}
        my friends told me {n} would be {p}; I have seldom met anything so {m}
        {n} {be}, in a word, {M}, and I do not use such words lightly
        go on, find someone who thinks {n} {be} {p}: you will not
        I arrived sure that {n} would be {P} and left ashamed of myself for believing it
    """),
}

CONTRASTS = lines("""
    {c}, but {x}
    although {c}, {x}
    {x}, even though {c}
    {x}, despite the fact that {c}
    {c}, yet {x}
    it is true that {c}, but {x}
    while {c}, what counts for me is that {x}
    {c}, which matters little when {x}
    never mind that {c}, because {x}
    {x}, and that weighs far more than the fact that {c}
    {c}; more to the point, {x}
    admittedly {c}; all the same, {x}
""")
SPOILED = lines("""
    {c}, and then, sadly, {x}
    {c}, which makes it all the sadder that {x}
    I could have enjoyed the fact that {c} had it not been that {x}
    whatever goodwill I felt because {c} was gone once {x}
""")
REDEEMED = lines("""
    {c}, and then, happily, {x}
    I can easily forgive that {c}, because {x}
    {c}, which I soon forgot because {x}
    I was ready to complain that {c} until I noticed that {x}
""")
PAIRS = (
    "{a}, and {b}",
    "{a} and {b}",
    "{a}; {b}",
    "{a}, and on top of that {b}",
    "{a}, plus {b}",
    "{a}, just as {b}",
)
ASIDES = lines("""
    for comparison, {r}, {a}
    last year, {r}, {a}
    {r}, on the other hand, {a}
    I remember that {r}, {a}
    {r}, to name another, {a}
    if you must know, {r}, {a}, and that was a different story
""")
LINKS = ("",) * 14 + ("also, ", "besides, ", "for what it is worth, ", "as I recall, ", "another thing: ")
REMARKS = lines("""
    I am writing this on the train home.
    I do not write many reviews.
    I should say that I paid for it myself.
    This was in the spring.
    {who} asked me to add a few words.
    Your mileage may vary.
    I usually go by what other people write.
    I took a couple of pictures.
    Make of that what you will.
    I have lived in the area for some time.
    It was an ordinary {day}.
    I will keep this brief.
    I have mentioned some of this to them already.
    I am told that there have been changes since.
""")
