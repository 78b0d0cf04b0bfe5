"""A salon: what reviewers judge about it, and what can happen. Editing a line changes the data set."""

from core.data.sample.trade import Trade, aspect, lines

SALON = Trade(
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
        aspect(
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
        aspect(
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
        aspect(
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
        aspect(
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
        aspect(
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
