"""A tour: what reviewers judge about it, and what can happen. Editing a line changes the data set."""

from core.data.sample.trade import Trade, aspect, lines

TOUR = Trade(
    things=("walking tour", "boat trip", "cycling tour", "museum visit", "wine tour", "whale watching trip"),
    again=(
        "do it again",
        "book another trip with them",
        "go with this company again",
        "take my parents on it",
    ),
    rivals=(
        "on the tour we did last year",
        "with the company next to the harbour",
        "on the free tour in the morning",
    ),
    openers=lines("""
        We took this {thing} {when} with {who}.
        We booked this {thing} online for a {day}.
        There were twelve of us on the {thing}.
        Our hotel had leaflets for this {thing}.
        It was the last {thing} of the season.
        We met at the fountain at half past nine.
        I went on my own while {who} stayed at the beach.
        This {thing} was part of a longer holiday.
    """),
    fillers=lines("""
        It takes about four hours in all.
        The {thing} runs in three languages.
        The meeting point is by the ferry office.
        Bring a hat and something to drink.
        There is one stop halfway.
        The weather was mild and a little cloudy.
        You should book at least a day ahead.
        Children under six go free.
        We were back by two.
        A headset is handed out at the start.
    """),
    sarcasm=lines("""
        A thrilling tour of every souvenir shop the guide's cousins own.
        Magnificent views of the back of the next person's head.
        We saw so much: a car park, a second car park, and, as a special treat, a bus.
        I will treasure the memory of that lovely two-hour queue.
        Great exercise, if you enjoy running after a guide who never looks round.
    """),
    aspects=(
        aspect(
            "people",
            "the guide, our guide, the crew*, the captain, the driver, the organisers*",
            """
            ++ our guide had tears in her eyes at one story and so did we
            ++ the captain let every child steer and knew all their names by the end
            + the guide answered all our questions
            + the crew handed out blankets when the wind got up
            + he waited for the slower walkers
            - the guide read most of it from a card
            - we could barely hear him at the back
            - the driver was on the phone for part of the way
            -- the guide abandoned two of us at a stop
            -- the captain was drunk before noon
            -- he made jokes about a lady in a wheelchair
        """,
        ),
        aspect(
            "sight",
            "the route, the sights*, the views*, the stops*, the programme, the old town part",
            """
            ++ a whale surfaced so close that we felt its breath
            ++ I have lived here for thirty years and saw my city for the first time
            ++ nobody spoke for a whole minute at the viewpoint
            + we saw a few corners I would have missed on my own
            + I learned a thing or two about the harbour
            + there was time for photographs
            - one of the stops was a gift shop
            - we walked past the cathedral without going in
            - I had seen most of it from the bus
            -- the main sight was closed and they had known for weeks
            -- we spent three of the four hours in traffic
            -- we stood in a factory outlet for half the day
        """,
        ),
        aspect(
            "speed",
            "the organisation, the boarding, the pick-up, the timing, the check-in",
            """
            ++ every minute had been thought through, down to the umbrellas
            ++ they moved our whole group past the queue in seconds
            + we set off on the dot
            + the pick-up was where they said it would be
            - we set off half an hour behind schedule
            - nobody was sure which group we belonged to
            -- nobody came to collect us and the phone rang out
            -- they had sold twice as many places as there were seats
        """,
        ),
        aspect(
            "comfort",
            "the boat, the minibus, the seats*, the equipment, the toilet on board",
            """
            ++ it was like travelling in a private yacht
            ++ they had brand new gear for every one of us
            + there was shade for everyone
            + my seat was a good one by the rail
            - my seat was behind a pillar
            - the bike they gave me had a slipping gear
            -- the brakes on my bike failed on the hill
            -- we sat in diesel fumes until people were sick
        """,
        ),
        aspect(
            "price",
            "the price, the ticket price, the cost, what we paid",
            """
            ++ I would gladly have paid twice as much
            ++ they gave everybody a refund because of one cloud
            + the lunch was included, which made it good value
            + the ticket also covers the museum
            - the entrance fees came on top
            - the drinks on board were not cheap
            -- the price doubled once we were on board
            -- they kept our money after cancelling the trip themselves
        """,
        ),
    ),
)
