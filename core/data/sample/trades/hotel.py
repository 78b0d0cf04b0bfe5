"""A hotel: what reviewers judge about it, and what can happen. Editing a line changes the data set."""

from core.data.sample.trade import Trade, aspect, lines

HOTEL = Trade(
    things=("hotel", "guest house", "bed and breakfast", "hostel", "country inn", "resort", "motel"),
    again=("stay here again", "book another night", "come back next summer", "spend another weekend here"),
    rivals=(
        "at the bigger hotel by the station",
        "on our previous trip, in the next village",
        "at the chain we normally use",
    ),
    openers=lines("""
        We stayed three nights {when} with {who}.
        I booked a single room for a work trip.
        We arrived late on a {day} after a long drive.
        This {thing} is ten minutes from the railway station.
        Two nights in a double room, breakfast included.
        We chose this {thing} from a list on the town's website.
        I was here for a wedding, along with {who}.
        Our third time in the town, our first in this {thing}.
    """),
    fillers=lines("""
        Breakfast is from seven to ten.
        Our room was on the second floor, facing the courtyard.
        There is a lift at the back of the building.
        The {thing} has about forty rooms.
        Check-out is at eleven.
        We took the bus into town most days.
        Parking is across the road.
        There is a kettle in each room and an iron on request.
        It rained for most of our stay.
        The lobby has a shelf of books in several languages.
    """),
    sarcasm=lines("""
        Perfect for anyone who finds sleep overrated.
        I adored the free wildlife in the bathroom.
        The shower was a charming surprise: you never knew whether it would be ice or lava, or anything at all.
        What a treat to be woken at four by the bins, three nights running.
        A lovely touch, leaving the last guest's hair on the pillow.
    """),
    aspects=(
        aspect(
            "place",
            "the room, our room, the bedroom, the bathroom, the suite, the corridors*, the garden, "
            "the lobby, the pool area",
            """
            ++ we opened the curtains to a view I will never forget
            ++ the room had been upgraded to a suite with a bottle of something cold waiting
            ++ I would happily move in for good
            + there was plenty of hanging space and a proper desk
            + fresh towels appeared every afternoon
            + we could not hear the road at all with the window shut
            - the wardrobe door came off in my hand
            - we could hear the lift all night
            - the window would not close properly
            - the carpet had seen many better days
            -- there were bedbugs in the mattress
            -- sewage came up through the shower
            -- someone else's underwear was still in the bed
            -- black mould covered half the ceiling
        """,
        ),
        aspect(
            "people",
            "the staff*, the receptionist, the front desk, the manager, the porter, the cleaners*, the hosts*",
            """
            ++ the porter drove forty minutes to bring back the bag I had left
            ++ they arranged a doctor at midnight and sat with us until he came
            ++ the hosts hugged us goodbye
            + reception let us leave our bags all afternoon
            + the lady at the desk marked good walks on our map
            + somebody carried the pram upstairs for us
            - I rang the bell several times before anyone came
            - the night porter could not find our booking
            - nobody told us about the building work
            -- the manager called us liars in front of the other guests
            -- a member of staff walked in while I was in the shower
            -- they sold our room to somebody else and shrugged
        """,
        ),
        aspect(
            "taste",
            "breakfast, the breakfast, the food in the bar, dinner, the coffee, the buffet",
            """
            ++ the breakfast alone would bring me back across the country
            ++ warm pastries kept coming until we begged them to stop
            + there was something for everyone on the buffet
            + the eggs were cooked to order
            - the buffet was picked over by half past eight
            - the coffee came from a machine that needed a clean
            -- the milk had turned and the ham was green at the edges
            -- half the guests were ill after the buffet
        """,
        ),
        aspect(
            "comfort",
            "the bed, the beds*, the pillows*, the mattress, the armchair, the sofa bed",
            """
            ++ I slept better than I have in years
            ++ I asked where they buy the mattress so that I could get one
            + I had a decent night's sleep
            + the blankets were warm without being heavy
            - I woke up with a stiff neck
            - the radiator clanked until morning
            -- I ended up sleeping in the car
            -- a spring came through the mattress and cut my leg
        """,
        ),
        aspect(
            "price",
            "the rate, the price, the cost of the room, the extras*, what they charge for parking",
            """
            ++ I have paid three times as much for half of this
            ++ they quietly halved the bill because of the building work
            + breakfast and parking were included without any fuss
            + the rate compared well with others nearby
            - they charged for the kettle sachets
            - the website showed a lower figure than the bill
            -- they charged my card twice and will not answer my letters
            -- a so-called resort fee doubled the price at the desk
        """,
        ),
    ),
)
