"""How the synthetic reviews are summed up, whatever the trade.

It knows verdicts by the level they stand for. It does not know which words fill them (`words`) or when one is drawn
(`writer`). A verdict may have {thing} and {again}, and slots that are lists of `ANYTHING`.
"""

from core.data.sample.trade import Levels, lines

SUMMING_UP = (
    "",
    "",
    "",
    "overall, ",
    "all in all, ",
    "in short, ",
    "to sum up: ",
    "my verdict: ",
    "when all is said, ",
)

# Verdicts that only say how the reviewer felt, in one of many words.
FEELINGS: Levels = {
    2: lines("""
        I am {thrilled}
        we were {thrilled}
        a {brilliant} {thing}
        what a {brilliant} {thing}
        the whole experience was {joy}
        the experience left me {thrilled}
        my time with this {thing} was {joy}
        a {brilliant} experience
        {brilliant}, that is the word for it
        everyone I spoke to was {thrilled}
    """),
    1: lines("""
        I am {pleased}
        we were {pleased}
        a {decent} {thing}
        what a {decent} {thing}
        the whole experience was {asset}
        the experience left me {pleased}
        my time with this {thing} was {asset}
        a {decent} experience
        {decent}, that is the word for it
        everyone I spoke to was {pleased}
    """),
    0: lines("""
        I am {unmoved}
        we were {unmoved}
        just another {ordinary} {thing}
        the whole experience was {ordinary}
        the experience left me {unmoved}
        this {thing} is {ordinary}
        {ordinary}, that is the word for it
        everyone I spoke to was {unmoved}
    """),
    -1: lines("""
        I am {annoyed}
        we were {annoyed}
        a {weak} {thing}
        what a {weak} {thing}
        the whole experience was {flaw}
        the experience left me {annoyed}
        my time with this {thing} was {flaw}
        a {weak} experience
        {weak}, that is the word for it
        everyone I spoke to was {annoyed}
    """),
    -2: lines("""
        I am {enraged}
        we were {enraged}
        a {dreadful} {thing}
        what a {dreadful} {thing}
        the whole experience was {horror}
        the experience left me {enraged}
        my time with this {thing} was {horror}
        a {dreadful} experience
        {dreadful}, that is the word for it
        everyone I spoke to was {enraged}
    """),
}

# Verdicts that must be read whole.
VERDICTS: Levels = {
    2: lines("""
        I cannot recommend it enough
        I would not hesitate to {again}
        I can hardly wait to {again}
        the best {thing} I have come across in years
        worth every penny, and then some
        there is not a single thing I would change
        you will struggle to find a better {thing}
        anyone who complains about this {thing} must be impossible to please
        I was prepared to be let down and came away overjoyed
        I cannot think of one bad word to say
        my only regret is not having found this {thing} sooner
        I could not be happier
        I would {again} in a heartbeat
        nobody I know has anything but praise for it
        not once did I regret my choice
        no praise is too high for this {thing}
        I am over the moon
        I loved every bit of it
        this is how it should be done, and hardly anyone does it
        it has spoiled me for every other {thing}
        nothing I had read beforehand does it justice
        if there is anything wrong with this {thing}, I failed to notice
    """),
    1: lines("""
        I was pleased, and I would probably {again}
        not perfect, but I would {again}
        good rather than great
        I have a few quibbles, none of them serious
        a solid choice
        I came away more content than I had expected
        not the best {thing} I know, though comfortably above average
        I would recommend it, with one or two small reservations
        it could be better in places, yet I am glad I chose it
        the good outweighs the bad
        I see no reason not to {again}
        small flaws aside, I am satisfied
        it won me over in the end
        worth the money, if not worth raving about
        I was not blown away, but I was not disappointed either
        better than its reputation
        I could pick holes in it, but I would rather not
        I have known better, though not often
        this {thing} is nicer than it first appears
        a pleasant enough {thing}, and I do not regret it
    """),
    0: lines("""
        neither good nor bad, just another {thing}
        I would not go out of my way to {again}, nor to avoid it
        I am in two minds about it
        for every plus there was a minus
        average in every sense of the word
        I might {again}, I might not
        it was fine, and that is all I can say
        nothing to rave about, nothing to warn people of
        you could do better and you could do worse
        hard to recommend and hard to dismiss
        I have no strong opinion either way
        nothing to complain about and nothing to celebrate
        the highs and the lows cancel out
        it does what a {thing} does, and no more
        I neither regret it nor long to {again}
        half of me is glad and the other half is not
        I would not talk you into it or out of it
        a coin toss would decide whether I {again}
    """),
    -1: lines("""
        I would hesitate to {again}
        I doubt that I will {again}
        not terrible, but I would not {again}
        bad rather than dreadful
        I have a few good things to say, none of them important
        I wanted to like it more than I did
        I came away less content than I had expected
        not the worst {thing} I know, though clearly below average
        I would not recommend it, apart from one or two nice touches
        it has its moments, yet I wish I had chosen another {thing}
        the bad outweighs the good
        I see no reason to {again}
        it lost me in the end
        not quite worth the money
        I was not appalled, but I was not satisfied either
        worse than its reputation
        it could have been worse, which is not much of a compliment
        I have known worse, though not often
        next time I would look elsewhere
        there are better options for the same money
        I had hoped for more from this {thing}
    """),
    -2: lines("""
        I cannot recommend it to anyone
        I would not {again} if you paid me
        I shudder at the thought that I might {again}
        the worst {thing} I have come across in years
        not worth a penny
        there is not a single thing I would keep
        you will struggle to find a worse {thing}
        anyone who praises this {thing} must be related to the owner
        I was prepared to be impressed and came away furious
        I cannot think of one good word to say
        my only regret is not having walked away sooner
        I could not be more disappointed
        never again
        nobody I know has anything but scorn for it
        I regretted my choice at once
        no warning is too strong for this {thing}
        I want my money back
        I hated every bit of it
        it takes real talent to get so much wrong
        save yourself the trouble
        nothing I had read beforehand prepared me for this
        if there is anything right with this {thing}, I failed to notice
    """),
}
