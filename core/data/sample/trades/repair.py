"""A repair: what reviewers judge about it, and what can happen. Editing a line changes the data set."""

from core.data.sample.trade import Trade, aspect, lines

REPAIR = Trade(
    things=(
        "garage",
        "bike workshop",
        "phone repair shop",
        "shoe repair shop",
        "computer repair shop",
        "watchmaker",
    ),
    again=(
        "bring anything here again",
        "trust them with another repair",
        "use them again",
        "send my parents here",
    ),
    rivals=(
        "at the dealer on the ring road",
        "at the workshop I used before",
        "at the place my neighbour goes to",
    ),
    openers=lines("""
        I dropped it off on a {day} morning.
        I found this {thing} through {who}.
        Mine stopped working {when}, so I took it to this {thing}.
        I rang three places and this {thing} had the earliest slot.
        I needed it back before the weekend.
        It was my first visit to this {thing}.
        A small repair, nothing unusual.
        I had used another {thing} for years until it closed.
    """),
    fillers=lines("""
        They are on the corner by the fire station.
        You get a paper ticket with a number.
        The {thing} opens at eight.
        They sent a text when it was ready.
        I waited in the café next door.
        They keep the old parts in case you want to see them.
        There is a small counter and two chairs.
        They work on most makes.
        I had brought the receipt with me.
        It is the second street on the left after the roundabout.
    """),
    sarcasm=lines("""
        A marvellous service: they fixed one fault and threw in two new ones free.
        I admire their confidence in calling that repaired.
        Brilliant, if you wanted it back in more pieces than before.
        How thoughtful of them to give me three extra weeks of walking.
        They are experts, no question, at finding reasons to charge you.
    """),
    aspects=(
        aspect(
            "work",
            "the repair, the work, the workmanship, the job they did, the finish, the diagnosis",
            """
            ++ it runs better now than on the day I bought it
            ++ they found in two minutes what three others had missed
            ++ you cannot even tell where the damage was
            + the fault has not come back
            + they cleaned it before giving it back
            + it has been running quietly ever since
            - the noise is quieter but has not gone
            - I had to bring it back for an adjustment
            - they left greasy marks on it
            -- it broke down again before I was out of the car park
            -- they lost a part and glued the rest together
            -- it came back with damage that was not there before
            -- the fault they claimed to have mended was never touched
        """,
        ),
        aspect(
            "people",
            "the mechanic, the staff*, the man at the counter, the owner, the technicians*, the apprentice",
            """
            ++ he stayed two hours after closing so that I could get home
            ++ she refused to take money for an hour of honest advice
            + he showed me the worn part and explained it
            + they rang before doing anything extra
            + the young man at the counter drew me a little diagram
            - I had to ask three times what was wrong with it
            - he talked to his phone rather than to me
            - nobody seemed to know whose job it was
            -- he called me stupid for asking to see the part
            -- they lied about having ordered the part
            -- the owner threatened to keep it until I paid double
        """,
        ),
        aspect(
            "speed",
            "the turnaround, the service, the booking, the whole process, the handover",
            """
            ++ it was ready before I had finished my coffee
            ++ they squeezed me in on a holiday and had it done by noon
            + it was ready on the day they said
            + I was in and out in ten minutes
            + they kept me up to date by text
            - it took a few days longer than agreed
            - I turned up at the agreed time and it was not ready
            -- five weeks later I still do not have it back
            -- they forgot about it in a cupboard for a month
        """,
        ),
        aspect(
            "price",
            "the price, the invoice, the quote, the bill, the labour charge",
            """
            ++ he fixed it for nothing because it only took a minute
            ++ the bill came to a quarter of what the others wanted
            + the final bill matched the quote
            + they fitted a used part to save me money
            - the bill was somewhat above the quote
            - there was a charge just for looking at it
            -- the bill was four times the quote without a call
            -- they invoiced me for parts that were never fitted
        """,
        ),
    ),
)
