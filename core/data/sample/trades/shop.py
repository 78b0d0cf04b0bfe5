"""A shop: what reviewers judge about it, and what can happen. Editing a line changes the data set."""

from core.data.sample.trade import Trade, aspect, lines

SHOP = Trade(
    things=(
        "web shop",
        "furniture store",
        "bookshop",
        "garden centre",
        "clothes shop",
        "sports shop",
        "toy shop",
    ),
    again=(
        "order from them again",
        "shop here again",
        "spend my money here again",
        "buy from them a second time",
    ),
    rivals=(
        "at the big online store",
        "at the shop I used to order from",
        "at the discount store by the motorway",
    ),
    openers=lines("""
        I ordered a few things {when}.
        I needed a present for {who} and found this {thing}.
        I came across this {thing} while looking for something else.
        My order was three items, delivered to a pick-up point.
        I ordered on a {day} evening.
        I have ordered from this {thing} twice now.
        We were furnishing a room and tried this {thing}.
        I was looking for something {who} had described.
    """),
    fillers=lines("""
        You need an account to order.
        They deliver by post or by courier.
        The parcel came in a brown box.
        The {thing} also has a branch in the next town.
        I paid by bank transfer.
        The size chart is at the bottom of the page.
        Returns go to an address in the industrial estate.
        The catalogue comes out twice a year.
        I chose the blue one.
        There is a newsletter if you want one.
    """),
    sarcasm=lines("""
        Lovely box, shame that it was empty.
        I am grateful for the chance to learn so much about consumer law.
        A wonderful surprise: I ordered a lamp and received one left shoe.
        Great fun for people who like to guess which year a parcel will arrive.
        They were so kind as to send me the same wrong item twice.
    """),
    aspects=(
        aspect(
            "speed",
            "delivery, the delivery, the shipping, the order process, the refund",
            """
            ++ the parcel was on my doorstep the very next morning
            ++ the courier came back after hours because I had been out
            + it came within the promised three days
            + I could follow the parcel all the way
            + the refund was in my account by the end of the week
            - the parcel was left with a neighbour I do not know
            - one of the items came a week after the others
            - it spent several days in the wrong depot
            -- two months on there is still no parcel and no answer
            -- the courier threw it over the fence into the pond
            -- they marked it as delivered and closed my complaint
        """,
        ),
        aspect(
            "build",
            "the goods*, the product, the fabric, the stitching, the shelves*",
            """
            ++ in real life it looks even better than in the pictures
            ++ I have had so many compliments that I ordered all the colours
            + it looks like the picture
            + it fits as the size chart said
            + it went through the wash without trouble
            - the colour was not quite the one in the picture
            - one screw was missing
            - it came up smaller than the label said
            -- it fell apart the first time I used it
            -- what I got was an obvious fake
            -- it had plainly been worn by someone else
        """,
        ),
        aspect(
            "people",
            "customer service, the staff*, the sales assistant, the people on the phone*, "
            "the lady who answered my mail",
            """
            ++ they sent a replacement with a handwritten card and chocolates
            ++ she searched three warehouses to find the last one for me
            + they took the wrong size back without questions
            + my mail was answered the same afternoon
            - I got a standard reply that missed the question
            - it took two calls to sort out
            -- they accused me of having broken it on purpose
            -- he called me a fraud and hung up
        """,
        ),
        aspect(
            "work",
            "the packaging, the website, the description, the order handling, the assembly guide",
            """
            ++ it was wrapped so lovingly that I hardly dared to open it
            ++ every single detail on the page turned out to be true
            + nothing was broken on arrival
            + I found what I wanted in a couple of clicks
            - the box was open at one corner
            - the website lost my basket once
            -- a glass vase was posted in a paper bag
            -- the website took the money and then claimed that I had never ordered
        """,
        ),
        aspect(
            "price",
            "the price, the prices*, the postage, the return costs*",
            """
            ++ I found nothing close to that price anywhere else
            ++ they noticed a cheaper offer themselves and paid me the difference
            + postage was free above a small amount
            + the discount code worked
            - returning it cost me a third of the price
            - the price went down a week after I bought it
            -- they took the money for a subscription I never signed
            -- they demanded customs fees for a parcel from the next street
        """,
        ),
    ),
)
