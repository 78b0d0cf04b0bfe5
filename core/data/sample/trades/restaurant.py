"""A restaurant: what reviewers judge about it, and what can happen. Editing a line changes the data set."""

from core.data.sample.trade import Trade, aspect, lines

RESTAURANT = Trade(
    things=("restaurant", "bistro", "trattoria", "noodle bar", "diner", "pub", "brasserie", "grill"),
    again=("eat here again", "book another table", "come back for dinner", "bring my family here"),
    rivals=(
        "at the place across the street",
        "at my usual Friday spot",
        "at the chain in the shopping centre",
    ),
    openers=lines("""
        We came in on a {day} evening with {who}.
        Four of us had lunch here {when}.
        I had walked past this {thing} for years before finally going in.
        A colleague suggested this {thing} for a birthday.
        We booked a table for {day}, a little after seven.
        This {thing} opened where the old bank used to be.
        Dinner with {who}, no special occasion.
        It was raining, we were hungry, and the {thing} had a free table.
    """),
    fillers=lines("""
        I had the soup and a main course, and {who} took the set menu.
        They do a different menu at lunchtime.
        The {thing} is closed on Mondays.
        There is a car park behind the church.
        We sat near the window.
        The menu fits on one page and is printed every week.
        You can pay by card or in cash.
        The kitchen stops taking orders at ten.
        A tram stops right outside.
        We shared two starters and skipped the coffee.
    """),
    sarcasm=lines("""
        If you enjoy an hour of quiet reflection before your soup, this is the {thing} for you.
        Wonderful if you like your salmon with the texture of a delightful old sponge.
        Congratulations to the chef for finding a way to burn a salad.
        A great place to practise patience, and an even better one to start a diet.
        I loved how they trusted us to fetch our own cutlery.
    """),
    aspects=(
        aspect(
            "taste",
            "the food, the cooking, my main course, the starters*, the fish, the pasta, the desserts*, "
            "the lamb, the house bread, the vegetable dishes*",
            """
            ++ I am still dreaming about the sauce three days later
            ++ every plate went back to the kitchen wiped clean
            ++ the first bite silenced the whole table
            ++ I would cross the city for that risotto
            + we were all happily full by the end
            + I asked for seconds of the bread
            + the vegetables still had some bite to them
            + the stew tasted like somebody had taken their time over it
            - my pie was still cold in the middle
            - I reached for the salt more than once
            - the chips could have used another few minutes
            - half of my plate went unfinished
            -- two of us were ill the next morning
            -- the chicken was pink at the bone
            -- I found a staple in my rice
            -- I spat the first mouthful into my napkin
        """,
        ),
        aspect(
            "people",
            "the staff*, our waiter, the waitress, the owner, the people behind the bar*, the host, "
            "the team on the floor*",
            """
            ++ our waiter remembered us from a visit two years ago and brought a cake
            ++ they opened the kitchen again just for our late arrival
            ++ we were treated like old friends of the family
            + somebody refilled our water without being asked
            + they found a high chair before we had sat down
            + the waiter knew what was in every dish
            - we had to wave for the menu
            - nobody asked whether we wanted another drink
            - the waiter sighed when we changed our order
            -- the manager shouted at a trainee beside our table
            -- they laughed when we mentioned the allergy
            -- we were told to leave before we had finished eating
        """,
        ),
        aspect(
            "speed",
            "the service, the kitchen, the ordering, the timing of the courses",
            """
            ++ the food was in front of us almost before we had put the menu down
            ++ a full room and still everything landed at exactly the right moment
            + the courses came at a comfortable pace
            + we were seated within five minutes
            + the bill came as soon as we asked
            - it took twenty minutes to get a drink
            - the mains arrived one after the other
            - the starter turned up with the main course
            -- we left after ninety minutes without having eaten
            -- our order was lost twice and nobody told us
            -- we watched three later tables finish before our bread appeared
        """,
        ),
        aspect(
            "place",
            "the dining room, the terrace, the tables*, the atmosphere, the decor, the toilets*",
            """
            ++ the view over the river at dusk took my breath away
            ++ it felt like dining in a painting
            + the candles and low music made it easy to talk
            + there was plenty of room between the tables
            - our table wobbled all evening
            - the music made it hard to hear each other
            - we sat in a draught from the door
            -- a cockroach strolled across the tablecloth
            -- the whole room smelled of drains
            -- there was mould running up the wall beside us
        """,
        ),
        aspect(
            "price",
            "the bill, the prices*, the wine list, the set menu price, what we paid",
            """
            ++ I checked the bill twice because I thought they had forgotten something
            ++ we ate like kings for the price of a sandwich
            + you get a decent amount on the plate for your money
            + the bill was a little under what I had budgeted
            - we paid extra for tap water
            - the portions have shrunk while the prices have not
            -- they added three dishes we never ordered and refused to take them off
            -- I paid more for a glass of wine than for my shoes
        """,
        ),
    ),
)
