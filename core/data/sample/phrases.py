"""What the synthetic reviews talk about: eight trades, their aspects, and what can happen in each.

It knows phrases and how strong each one is. It does not know how a review is put together (`sample_writer`) or
how praise is negated and conceded (`sample_frames`). Every line was written for this project; none comes from a
real review. Order matters: the generator prefers the head of a list of names, so common words stand first.
Editing any line changes the data set and the hash in its test.

Events are lines that start with their strength: `++`, `+`, `-` or `--`. A name that ends in `*` is a plural.
Slots: {thing} the kind of place or product, {day}, {who}, {when}.
"""

from dataclasses import dataclass

Levels = dict[int, tuple[str, ...]]
_MARKS = {"++": 2, "+": 1, "-": -1, "--": -2}


@dataclass(frozen=True)
class Aspect:
    """One thing a reviewer may judge: its names, the adjectives that fit it, what may happen to it."""

    kind: str
    names: tuple[str, ...]
    events: Levels


@dataclass(frozen=True)
class Domain:
    """One trade that gets reviewed. `again` completes "I would ..."; `rivals` completes "..., the food was"."""

    things: tuple[str, ...]
    again: tuple[str, ...]
    rivals: tuple[str, ...]
    openers: tuple[str, ...]
    fillers: tuple[str, ...]
    sarcasm: tuple[str, ...]
    aspects: tuple[Aspect, ...]


def lines(block: str) -> tuple[str, ...]:
    """The non-empty lines of a block, stripped."""
    return tuple(line.strip() for line in block.splitlines() if line.strip())


def _aspect(kind: str, names: str, events: str) -> Aspect:
    by_level: dict[int, list[str]] = {level: [] for level in _MARKS.values()}
    for line in lines(events):
        mark, phrase = line.split(" ", 1)
        by_level[_MARKS[mark]].append(phrase)
    return Aspect(kind, tuple(names.split(", ")), {level: tuple(found) for level, found in by_level.items()})


RESTAURANT = Domain(
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
        _aspect(
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
        _aspect(
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
        _aspect(
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
        _aspect(
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
        _aspect(
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

HOTEL = Domain(
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
        _aspect(
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
        _aspect(
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
        _aspect(
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
        _aspect(
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
        _aspect(
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

GADGET = Domain(
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
        _aspect(
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
        _aspect(
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
        _aspect(
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
        _aspect(
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
        _aspect(
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

REPAIR = Domain(
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
        _aspect(
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
        _aspect(
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
        _aspect(
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
        _aspect(
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

BOOK = Domain(
    things=(
        "novel",
        "thriller",
        "memoir",
        "crime story",
        "family saga",
        "debut",
        "ghost story",
        "travel book",
    ),
    again=("read this author again", "pick up the sequel", "lend it to a friend", "read it a second time"),
    rivals=(
        "in the author's first book",
        "in the bestseller everyone was reading last year",
        "in the last one our reading group chose",
    ),
    openers=lines("""
        I read this {thing} over a few evenings {when}.
        Our reading group chose this {thing}.
        I picked it up at the station on a {day}.
        A gift from {who}.
        I borrowed this {thing} from the library.
        This is the author's second {thing}.
        I listened to part of it and read the rest on paper.
        It had been on my shelf for months.
    """),
    fillers=lines("""
        It runs to about three hundred pages.
        The story moves between two towns and several decades.
        Each chapter carries a date.
        The {thing} first came out in another language.
        There is a map at the front.
        My copy is the paperback.
        The narrator works in a bakery.
        There is a list of characters at the end.
        The cover shows a lighthouse.
        It is told in the first person.
    """),
    sarcasm=lines("""
        A superb cure for insomnia, available without prescription.
        I especially loved the last page, because it was the last.
        What a gift, to make a murder as thrilling as a tax form.
        The paper was lovely and burned very nicely.
        An inspiration to anyone who worried that publishers have standards.
    """),
    aspects=(
        _aspect(
            "prose",
            "the plot, the story, the opening, the ending, the middle section, the mystery, the pacing, the twist",
            """
            ++ I missed my stop twice because of it
            ++ I turned the last page at four in the morning and started over
            ++ the final chapter left me sobbing on a train
            + I kept wanting one more chapter
            + I did not guess who had done it
            + the threads come together neatly by the end
            - I guessed the ending by chapter four
            - I had to keep turning back to remember who was who
            - the last hundred pages could have been thirty
            -- I threw it across the room
            -- I gave up a third of the way in and felt only relief
            -- the solution cheats and does not even make sense
        """,
        ),
        _aspect(
            "prose",
            "the writing, the prose, the dialogue, the descriptions*, the style, the language, the humour",
            """
            ++ I copied whole sentences into my notebook
            ++ there are paragraphs here I want to frame
            + I laughed out loud a couple of times
            + you can almost smell the harbour
            - everyone speaks in the same voice
            - some of the jokes fall flat
            - there are more adverbs than it needs
            -- a schoolchild would have been sent back to do it again
            -- every page has a sentence that made me wince
            -- I have read washing instructions with more feeling
        """,
        ),
        _aspect(
            "prose",
            "the characters*, the heroine, the narrator, the villain, the detective, the two sisters*",
            """
            ++ I miss those people as if I had known them
            ++ the old fisherman will stay with me for the rest of my life
            + I cared about what happened to the sisters
            + even the minor figures have some life in them
            - I never quite believed in the husband
            - I found it hard to care about the hero
            -- I was rooting for the flood to take the lot of them
            -- there is not one human being in it, only cardboard
        """,
        ),
        _aspect(
            "work",
            "the editing, the translation, the research, the binding, the print",
            """
            ++ the research shows on every page without ever getting in the way
            ++ the translator deserves a prize
            + the notes at the back were useful
            + the print is easy on the eyes
            - there are a few too many typing errors
            - one of the dates cannot be right
            -- forty pages were missing and ten were printed twice
            -- the heroine changes name halfway and nobody noticed
        """,
        ),
    ),
)

SALON = Domain(
    things=("hairdresser", "barber", "nail studio", "spa", "beauty salon", "massage studio"),
    again=("book another appointment", "go back", "let them near me again", "take my mother along"),
    rivals=(
        "at the salon in the mall",
        "at the one I went to before I moved",
        "with my cousin's hairdresser",
    ),
    openers=lines("""
        I had an appointment on a {day} at ten.
        I tried this {thing} because mine had moved away.
        A voucher for this {thing} was a present from {who}.
        I went in {when} without an appointment.
        I have lived next to this {thing} for two years and never gone in.
        I needed something simple before a wedding.
        My first visit to this {thing}, together with {who}.
        I booked through their website.
    """),
    fillers=lines("""
        The {thing} is above a flower shop.
        There are three chairs and a small waiting corner.
        They are open until eight on Thursdays.
        I asked for the usual.
        You fill in a short form on the first visit.
        They sell a few shampoos at the till.
        The radio was on.
        I was there for about an hour.
        They have a loyalty card, the tenth visit is half price.
        My hair is thick and shoulder length.
    """),
    sarcasm=lines("""
        Fantastic result if you are auditioning to play a scarecrow.
        I now have a lovely excuse to wear hats all summer.
        So relaxing, being poked by someone who is eating crisps.
        A bold and creative choice to make both sides different lengths.
        My dog gave me a delighted look: finally, we match.
    """),
    aspects=(
        _aspect(
            "work",
            "the result, the cut, the treatment, the colour, the work, the massage, the finish",
            """
            ++ strangers stopped me in the street to ask where I had it done
            ++ I floated home and slept like a baby
            ++ for the first time in my life I like what I see in the mirror
            + my partner noticed straight away and approved
            + it still looked good after a few washes
            + it was what I had asked for
            - I tidied up the fringe myself at home
            - it had lost its shape by the weekend
            - it came out a shade darker than the picture
            -- I cried in the car and wore a hat for two months
            -- I left with burns on my scalp
            -- another salon had to cut it all off to repair it
        """,
        ),
        _aspect(
            "people",
            "the stylist, the staff*, the therapist, the receptionist, the girl who washed my hair, the owner",
            """
            ++ she listened so closely that I felt like the only customer in the world
            ++ they came in on their day off to rescue my wedding morning
            + she asked what I wanted before picking up the scissors
            + someone offered me tea and a magazine
            - she chatted with her colleague the whole time
            - I had to repeat what I wanted
            - no one looked up when I came in
            -- she made fun of my skin to the next customer
            -- they pushed me out with wet hair when I complained
            -- the owner screamed at me over the phone
        """,
        ),
        _aspect(
            "place",
            "the place, the waiting area, the treatment room, the chairs*, the towels*, the music",
            """
            ++ stepping inside felt like a week by the sea
            ++ I never wanted to leave that chair
            + the room was warm and smelled faintly of lemon
            + it was nice to have a quiet corner
            - there was hair on the floor from earlier customers
            - the waiting corner was in everybody's way
            -- the towel was still wet from somebody else
            -- the instruments went from one customer to the next without a rinse
        """,
        ),
        _aspect(
            "speed",
            "the service, the booking, the appointment system, the timing",
            """
            ++ they took me at once although they were full
            ++ not a minute was wasted and nothing was hurried
            + my appointment started on time
            + a reminder came the day before
            - I waited half an hour past my slot
            - the appointment felt hurried towards the end
            -- they cancelled three times, each time while I stood at the door
            -- I sat under foil for two hours because they had gone to lunch
        """,
        ),
        _aspect(
            "price",
            "the price, the bill, the prices*, the extras*",
            """
            ++ I have paid double for something half as good
            ++ they would not hear of payment for the repair of my own botched attempt
            + the price on the board is the price you pay
            + it costs slightly less than others in the area
            - the conditioner appeared on the bill without a word
            - it costs a bit more than I am used to
            -- they charged a fee because I asked for a mirror
            -- I paid a week's wages for something I have to hide
        """,
        ),
    ),
)

TOUR = Domain(
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
        _aspect(
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
        _aspect(
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
        _aspect(
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
        _aspect(
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
        _aspect(
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

SHOP = Domain(
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
        _aspect(
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
        _aspect(
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
        _aspect(
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
        _aspect(
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
        _aspect(
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

DOMAINS = (RESTAURANT, HOTEL, GADGET, REPAIR, BOOK, SALON, TOUR, SHOP)
