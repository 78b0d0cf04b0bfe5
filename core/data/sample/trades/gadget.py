"""A gadget: what reviewers judge about it, and what can happen. Editing a line changes the data set."""

from core.data.sample.trade import Trade, aspect, lines

GADGET = Trade(
    things=(
        "vacuum cleaner",
        "coffee machine",
        "camera",
        "speaker",
        "tablet",
        "printer",
        "robot mower",
        "food mixer",
        "smart watch",
    ),
    again=("buy this brand again", "order a second one", "choose this model again", "give one as a present"),
    rivals=(
        "with my previous model",
        "with the one I sent back last year",
        "with the expensive brand my parents own",
    ),
    openers=lines("""
        I bought this {thing} {when}.
        My old {thing} gave up after six years, so I ordered this one.
        A present from {who}, used most days since.
        I have had this {thing} for a little over a month.
        I compared five models before settling on this {thing}.
        I use this {thing} at home, mostly on a {day}.
        We needed a {thing} for the new flat.
        Picked up in the sale, used with {who} at home.
    """),
    fillers=lines("""
        It comes in grey or white.
        The box holds the {thing}, a cable and a leaflet.
        I have the smaller of the two versions.
        It weighs roughly as much as a bag of flour.
        I keep it on the shelf in the hall.
        The plug is the ordinary kind.
        There is a two-year guarantee.
        You register it on the maker's website.
        I wrote this after five weeks of use.
        Mine came with the European plug.
    """),
    sarcasm=lines("""
        An excellent paperweight, and so stylish too.
        Great news for anyone who has always wanted to spend {day} talking to a helpline.
        It works beautifully as long as you do not switch it on.
        I am impressed: it broke a full day after the guarantee ended.
        Five wonderful minutes of use for every two hours of charging, what a bargain.
    """),
    aspects=(
        aspect(
            "build",
            "the build, the casing, the buttons*, the hinge, the finish, the materials*, the handle",
            """
            ++ it fell down a flight of stairs and carried on as if nothing had happened
            ++ it feels like something made to be handed down
            + nothing creaks when you pick it up
            + it has survived a toddler so far
            + the parts click together without force
            - the paint rubbed off within a fortnight
            - one of the feet fell off
            - the lid never quite shuts
            -- the handle snapped on the first day
            -- it arrived with a crack from end to end
            -- smoke came out of it in the second week
        """,
        ),
        aspect(
            "tech",
            "the battery, the motor, the software, the app, the performance, the connection, the sensor",
            """
            ++ one charge lasts me longer than the holiday did
            ++ it does in five minutes what used to take me an hour
            ++ I have not touched the old one since the day this arrived
            + it gets through a full day without a top-up
            + it connected at the first attempt
            + it has started every time so far
            - I have to restart it every other day
            - it loses the connection when I leave the room
            - the battery fades by mid-afternoon
            -- it died for good after eleven days
            -- it deletes its own settings every night
            -- it has never worked for longer than an hour
        """,
        ),
        aspect(
            "tech",
            "the controls*, the menu, the instructions*, the setup, the screen, the manual",
            """
            ++ my grandmother had it running before I had found my glasses
            ++ I never once needed the manual
            + it took about ten minutes to set up
            + the buttons are where your thumb expects them
            - I needed a video to find the timer
            - the writing on the screen is tiny
            - the manual skips the one step that matters
            -- three adults and a whole weekend were not enough to set it up
            -- the instructions describe another product altogether
        """,
        ),
        aspect(
            "people",
            "customer support, the helpline, the seller, the people on the help desk*, the support team*",
            """
            ++ a real person rang back within minutes and sent a free replacement the same day
            ++ the seller refunded me and told me to keep it
            + support answered my question by the next morning
            + they posted a spare part free of charge
            - support answered with a link I had already read
            - I spent half an hour in the phone queue
            -- the helpline hung up on me four times
            -- they blamed me for the fault and kept my money
        """,
        ),
        aspect(
            "price",
            "the price, the cost, the cost of the refills, what they ask for it",
            """
            ++ models at three times the price do less
            ++ it paid for itself within a month
            + it costs a bit less than the others with the same features
            + for this sort of money I have no argument with it
            - the spare parts cost more than they should
            - you pay a little extra for the name
            -- they want a monthly fee before it will do anything
            -- the refills cost more than the machine
        """,
        ),
    ),
)
