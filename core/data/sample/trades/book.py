"""A book: what reviewers judge about it, and what can happen. Editing a line changes the data set."""

from core.data.sample.trade import Trade, aspect, lines

BOOK = Trade(
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
        aspect(
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
        aspect(
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
        aspect(
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
        aspect(
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
