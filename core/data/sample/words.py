"""The vocabulary of the synthetic reviews: how things are praised and blamed in single words.

It knows which adjectives fit which kind of thing and how strong each is. It does not know sentences: a word counts
only together with the frame that holds it (`frames`). Lists run from common to rare, and the generator leans
a little towards the front. No word stands on both sides of the scale for the same kind of thing.
"""

from dataclasses import dataclass


def _list(words: str) -> tuple[str, ...]:
    return tuple(words.split(", "))


@dataclass(frozen=True)
class Words:
    """Adjectives for one kind of thing. The names are the slots they fill in a frame."""

    p: tuple[str, ...]  # mild praise
    P: tuple[str, ...]  # high praise
    m: tuple[str, ...]  # mild blame
    M: tuple[str, ...]  # strong blame


def _words(p: str, high: str, m: str, strong: str) -> Words:
    return Words(_list(p), _list(high), _list(m), _list(strong))


# By the kind of an aspect.
WORDS = {
    "taste": _words(
        "good, fresh, tasty, well seasoned, pleasant, flavourful, satisfying, nicely cooked, appetising, "
        "hearty, moreish, balanced, comforting, creamy, warming, delicate, fragrant, zesty, homely, filling",
        "delicious, superb, amazing, exquisite, mouth-watering, divine, heavenly, sublime, out of this "
        "world, magnificent, sensational, glorious, incredible, perfect, wonderful, fantastic, "
        "irresistible, spectacular, excellent, unforgettable, luscious, scrumptious",
        "bland, greasy, dry, stale, salty, lukewarm, overcooked, soggy, tasteless, stodgy, watery, chewy, "
        "insipid, burnt, rubbery, cold, mushy, oily, undercooked, flavourless, tired, sickly, sour, tough, "
        "boring",
        "inedible, disgusting, awful, revolting, vile, foul, rancid, atrocious, stomach-turning, dire, "
        "repulsive, nauseating, terrible, horrible, gross, rotten, abominable, nasty, horrid, appalling, "
        "uneatable, ghastly, shocking, putrid",
    ),
    "people": _words(
        "friendly, helpful, polite, attentive, welcoming, kind, patient, courteous, professional, cheerful, "
        "considerate, obliging, good-natured, accommodating, personable, tactful, gracious, warm, "
        "efficient, knowledgeable, sweet, thoughtful, pleasant, sincere, relaxed, lovely, respectful, "
        "approachable, caring, funny, honest",
        "wonderful, amazing, fantastic, delightful, outstanding, exceptional, saintly, marvellous, superb, "
        "first-rate, heroic, peerless, brilliant, incredible, excellent, angelic, phenomenal, magnificent, "
        "adorable, splendid, unforgettable, perfect",
        "rude, unhelpful, cold, impatient, inattentive, dismissive, careless, curt, grumpy, brusque, "
        "offhand, condescending, surly, forgetful, evasive, sullen, standoffish, unfriendly, arrogant, "
        "unprofessional, abrupt, clueless, lazy, distracted, pushy, gruff, indifferent, snooty, absent, "
        "moody, irritable",
        "awful, appalling, terrible, insulting, disgraceful, hostile, horrendous, contemptuous, "
        "insufferable, abusive, contemptible, vicious, horrible, disgusting, outrageous, vile, cruel, "
        "shameful, nasty, dreadful, despicable, aggressive, atrocious, obnoxious, threatening, vulgar, "
        "spiteful",
    ),
    "place": _words(
        "clean, comfortable, cosy, tidy, pleasant, quiet, inviting, well kept, bright, charming, spacious, "
        "neat, restful, airy, snug, agreeable, lovely, nice, warm, stylish, peaceful, welcoming, homely, "
        "elegant, relaxing, fresh, sunny, calm, orderly",
        "stunning, spotless, gorgeous, immaculate, amazing, luxurious, magical, heavenly, flawless, "
        "idyllic, sumptuous, blissful, beautiful, breathtaking, wonderful, perfect, spectacular, "
        "incredible, superb, fabulous, dreamlike, exquisite, majestic, divine",
        "dirty, noisy, shabby, cramped, uncomfortable, dusty, tired, gloomy, stuffy, worn, dingy, musty, "
        "draughty, unkempt, poky, grubby, cold, dark, ugly, smelly, old, stained, crowded, neglected, "
        "run-down, sticky, cluttered, claustrophobic, drab, rickety",
        "filthy, disgusting, awful, unbearable, revolting, horrible, squalid, vile, ghastly, wretched, "
        "repellent, uninhabitable, terrible, hideous, appalling, dreadful, dangerous, nauseating, "
        "abominable, rotten, unsafe, hellish, foul, depressing",
    ),
    "price": _words(
        "fair, reasonable, sensible, affordable, justified, competitive, modest, honest, transparent, "
        "acceptable, proportionate, moderate, good, decent, low, attractive, friendly, agreeable, welcome, "
        "manageable",
        "unbeatable, amazing, incredible, fantastic, sensational, exceptional, miraculous, laughably small, "
        "generous beyond belief, wonderful, brilliant, superb, excellent, perfect, fabulous",
        "high, steep, excessive, inflated, unfair, confusing, hefty, stiff, unjustified, cheeky, opaque, "
        "unreasonable, disappointing, pricey, costly, exaggerated, overblown, bloated, misleading",
        "outrageous, ridiculous, extortionate, scandalous, exorbitant, criminal, obscene, astronomical, "
        "shameless, indefensible, shocking, insane, disgusting, absurd, appalling, insulting, crazy, "
        "monstrous, disgraceful, unforgivable, sickening, predatory",
    ),
    "speed": _words(
        "quick, efficient, prompt, smooth, punctual, well organised, swift, reliable, brisk, timely, "
        "orderly, snappy, good, fast, easy, straightforward, dependable, steady, decent, well run, "
        "painless, clear, effective, painstaking, speedy, consistent",
        "lightning fast, perfect, amazing, flawless, impeccable, faultless, phenomenal, seamless, "
        "marvellous, effortless, superb, excellent, fantastic, wonderful, outstanding, brilliant, "
        "incredible, exemplary, magnificent, breathtaking, stellar, magical",
        "slow, late, disorganised, sluggish, unreliable, chaotic, muddled, erratic, haphazard, tardy, "
        "bumbling, long-winded, poor, confusing, careless, messy, inefficient, lax, irritating, "
        "inconsistent, leisurely, complicated, stop-and-go, negligent, awkward",
        "terrible, hopeless, endless, abysmal, shambolic, farcical, unforgivable, glacial, disastrous, "
        "nightmarish, awful, dreadful, horrible, appalling, atrocious, pathetic, outrageous, catastrophic, "
        "unbearable, ridiculous, maddening, insulting",
    ),
    "build": _words(
        "good, solid, reliable, sturdy, well made, practical, dependable, well thought out, durable, handy, "
        "neat, robust, sound, refined, nice, decent, useful, well finished, smart, comfortable, tidy, "
        "effective, strong, precise",
        "superb, amazing, outstanding, brilliant, flawless, excellent, phenomenal, faultless, unbeatable, "
        "sublime, magnificent, unsurpassed, wonderful, perfect, fantastic, incredible, stunning, "
        "exceptional, impeccable, marvellous, gorgeous, world-class, exquisite, fabulous, stellar",
        "flimsy, poor, awkward, unreliable, clumsy, weak, fiddly, cheap-looking, wobbly, crude, "
        "inconsistent, half-baked, shoddy, cheap, disappointing, annoying, mediocre, fragile, rough, "
        "faulty, ugly, limited, stiff, uneven, tinny",
        "useless, terrible, hopeless, awful, pathetic, worthless, atrocious, defective, diabolical, "
        "abysmal, laughable, appalling, horrible, disgraceful, dreadful, disastrous, rubbish, dangerous, "
        "unusable, broken, shameful, wretched, unforgivable, miserable",
    ),
    "prose": _words(
        "engaging, clever, witty, believable, entertaining, thoughtful, absorbing, original, vivid, well "
        "crafted, warm, touching, elegant, inventive, amusing, enjoyable, readable, interesting, fresh, "
        "funny, charming, tender, intelligent, moving, sharp, likeable, lively, sincere",
        "brilliant, unforgettable, amazing, masterful, stunning, spellbinding, dazzling, extraordinary, "
        "breathtaking, luminous, magnificent, peerless, wonderful, perfect, fantastic, incredible, superb, "
        "exquisite, mesmerising, sublime, heart-stopping, sensational, enchanting, profound, majestic",
        "dull, predictable, confusing, thin, repetitive, flat, clichéd, long-winded, contrived, muddled, "
        "wooden, tedious, plodding, unconvincing, laboured, boring, slow, weak, shallow, lifeless, forced, "
        "silly, unlikely, messy, pretentious, bland, stale, sentimental, vague, overwritten, tiresome",
        "terrible, unreadable, dreadful, awful, excruciating, laughable, insufferable, mind-numbing, dire, "
        "embarrassing, atrocious, abysmal, horrible, appalling, pathetic, unbearable, disgraceful, idiotic, "
        "hideous, worthless, offensive, disastrous, abominable, trashy, torturous",
    ),
    "work": _words(
        "good, careful, neat, thorough, tidy, competent, accurate, precise, solid, meticulous, clean, "
        "decent, nice, clear, pleasing, professional, reliable, sensible, satisfying, proper, smooth, "
        "orderly, sound",
        "perfect, flawless, superb, amazing, impeccable, immaculate, exceptional, faultless, masterly, "
        "magnificent, exquisite, inspired, wonderful, brilliant, excellent, incredible, stunning, "
        "outstanding, fantastic, marvellous, spotless, sensational, breathtaking, divine, world-class",
        "sloppy, careless, poor, rushed, uneven, clumsy, patchy, half-finished, slapdash, botched, "
        "amateurish, crude, haphazard, shoddy, disappointing, messy, untidy, mediocre, unprofessional, "
        "lazy, weak, crooked, incomplete, superficial, rough, negligent, flawed, inexact, dull",
        "terrible, disastrous, appalling, shocking, atrocious, catastrophic, disgraceful, abysmal, "
        "dreadful, horrific, woeful, grotesque, awful, horrible, pathetic, hopeless, useless, shameful, "
        "disgusting, hideous, ruinous, outrageous, unforgivable, laughable, dismal",
    ),
    "sight": _words(
        "interesting, varied, enjoyable, pretty, informative, pleasant, scenic, lively, worthwhile, "
        "memorable, charming, picturesque, nice, good, fun, lovely, relaxing, entertaining, beautiful, "
        "educational, colourful, gentle, satisfying, peaceful, surprising",
        "breathtaking, amazing, unforgettable, spectacular, magical, stunning, sensational, awe-inspiring, "
        "sublime, enchanting, wonderful, incredible, fantastic, extraordinary, superb, glorious, majestic, "
        "dazzling, heavenly, perfect, thrilling, mesmerising",
        "dull, disappointing, crowded, repetitive, forgettable, tedious, drab, monotonous, uninspired, "
        "aimless, dreary, tame, boring, slow, mediocre, rushed, ordinary, tiring, touristy, bland, shallow, "
        "chaotic, uninteresting, lifeless, poor, overlong, stale",
        "terrible, dreadful, awful, miserable, wretched, abysmal, soul-destroying, torturous, ghastly, "
        "dismal, horrible, appalling, disgusting, disastrous, pathetic, unbearable, hideous, hellish, "
        "worthless, shameful, nightmarish, atrocious",
    ),
    "tech": _words(
        "good, reliable, practical, responsive, dependable, well thought out, handy, simple, clear, smart, "
        "stable, intuitive, useful, nice, decent, effective, precise, neat, sound, clever, sensible, "
        "capable",
        "superb, amazing, outstanding, brilliant, flawless, excellent, phenomenal, faultless, unbeatable, "
        "sublime, magnificent, unsurpassed, wonderful, perfect, fantastic, incredible, exceptional, "
        "impeccable, marvellous, world-class, fabulous, stellar",
        "poor, awkward, unreliable, slow, clumsy, weak, fiddly, temperamental, confusing, crude, "
        "disappointing, inconsistent, annoying, half-baked, mediocre, buggy, faulty, limited, erratic, "
        "sluggish, frustrating, illogical, dated",
        "useless, terrible, hopeless, awful, pathetic, worthless, atrocious, defective, diabolical, "
        "abysmal, laughable, appalling, horrible, disgraceful, dreadful, disastrous, rubbish, unusable, "
        "broken, shameful, unforgivable",
    ),
    "comfort": _words(
        "comfortable, good, clean, warm, pleasant, decent, cosy, nice, agreeable, restful, snug, "
        "generous, well kept, fresh, relaxing, sensible, neat",
        "wonderful, heavenly, perfect, amazing, superb, luxurious, blissful, fantastic, incredible, "
        "sumptuous, divine, fabulous, excellent, flawless, exquisite, dreamlike",
        "uncomfortable, hard, dirty, old, worn, cold, noisy, shabby, cheap, smelly, dusty, saggy, "
        "tired, stained, sticky, rickety, narrow, grubby",
        "awful, disgusting, terrible, filthy, unbearable, horrible, revolting, dreadful, appalling, vile, "
        "atrocious, wretched, hideous, dangerous, foul, nauseating, hellish",
    ),
}

# Slots that fit any subject: before a noun (brilliant, decent, ordinary, weak, dreadful), after "it left me" (thrilled,
# pleased, unmoved, annoyed, enraged), after "it was" (joy, asset, flaw, horror).
ANYTHING = {
    "brilliant": _list(
        "wonderful, fantastic, brilliant, perfect, superb, magnificent, marvellous, stunning, phenomenal, "
        "dazzling, sublime, first-class, breathtaking, sensational, splendid, flawless, stellar, glorious, "
        "excellent, amazing, outstanding, incredible, exceptional, awesome, terrific, fabulous, "
        "spectacular, extraordinary, world-class, heavenly, unforgettable, remarkable, gorgeous, "
        "unbeatable, magical, delightful, astonishing, exquisite, mesmerising, unrivalled, impeccable, "
        "inspiring, triumphant, astounding, top-notch, masterful, unmatched, unbelievably good, divine, "
        "legendary, prize-winning, lovely, exemplary"
    ),
    "decent": _list(
        "good, decent, pleasant, solid, nice, fine, worthwhile, likeable, respectable, satisfying, "
        "commendable, promising, creditable, capable, agreeable, sound, reasonable, enjoyable, pleasing, "
        "sensible, dependable, cheerful, positive, interesting, competent, reassuring, acceptable, sunny, "
        "fair, charming, pretty good, above-average"
    ),
    "ordinary": _list(
        "average, ordinary, middling, forgettable, so-so, unremarkable, standard, run-of-the-mill, mixed, "
        "tolerable, nondescript, indifferent, plain, adequate, routine, commonplace, unexceptional, "
        "hit-and-miss, fair to middling, conventional"
    ),
    "weak": _list(
        "disappointing, mediocre, poor, weak, frustrating, lacklustre, underwhelming, unsatisfying, "
        "second-rate, troublesome, lame, shaky, uninspiring, subpar, tiresome, dull, unimpressive, "
        "unpleasant, annoying, flawed, inferior, tired, sloppy, shabby, lifeless, irritating, substandard, "
        "regrettable, tedious, pedestrian, unconvincing, cheerless, drab, dated, patchy, "
        "stale, joyless, overrated, muddled, dreary, bleak, lukewarm"
    ),
    "dreadful": _list(
        "terrible, horrible, dreadful, disastrous, shameful, pathetic, disgusting, nightmarish, "
        "catastrophic, ghastly, hideous, shocking, miserable, vile, deplorable, horrendous, wretched, "
        "loathsome, awful, appalling, atrocious, abysmal, horrific, revolting, hopeless, disgraceful, "
        "outrageous, hellish, insulting, worthless, sickening, useless, unbearable, rotten, monstrous, "
        "despicable, pitiful, offensive, ruinous, scandalous, unforgivable, infuriating, grotesque, "
        "idiotic, repulsive, ludicrous, dismal"
    ),
    "thrilled": _list(
        "delighted, thrilled, amazed, enchanted, captivated, dazzled, astounded, overjoyed, "
        "enthralled, charmed beyond words, floored, moved to tears, elated, ecstatic, blown away, "
        "in awe, fascinated, mesmerised, beaming with joy, blissfully happy, speechless with admiration, "
        "spellbound, hugely grateful, deeply moved, electrified, delirious with happiness, full of "
        "admiration, euphoric, in heaven, starry-eyed, jubilant, deeply impressed, lost for words with "
        "delight, inspired, ready to applaud, on cloud nine, exhilarated"
    ),
    "pleased": _list(
        "pleased, impressed, satisfied, reassured, cheered, encouraged, gratified, comforted, contented, "
        "heartened, agreeably surprised, content, happy, glad, quietly pleased, interested, refreshed, "
        "amused, at ease, fairly happy, in good spirits, reasonably happy, grateful, charmed, uplifted, "
        "smiling, hopeful, positive, appreciative, cheerful, satisfied enough, optimistic, curious for "
        "more, mildly impressed"
    ),
    "unmoved": _list(
        "undecided, unmoved, neither glad nor sorry, in two minds, indifferent, without much of an opinion, "
        "neutral, ambivalent, neither cheered nor upset, unsure what to think, torn, half satisfied"
    ),
    "annoyed": _list(
        "disappointed, annoyed, irritated, frustrated, bothered, let down, underwhelmed, unsettled, "
        "dissatisfied, displeased, vexed, disheartened, perturbed, deflated, unhappy, unimpressed, bored, "
        "discouraged, uneasy, confused, a little sad, weary, uncomfortable, doubtful, disenchanted, grumpy, "
        "regretful, cross, unsatisfied, disillusioned, sad, suspicious, unconvinced, dejected, indignant, "
        "fed up, dispirited, slightly angry, gloomy"
    ),
    "enraged": _list(
        "disgusted, horrified, infuriated, appalled, outraged, enraged, sickened, shocked, incensed, "
        "revolted, exasperated, humiliated, mortified, furious, livid, in tears of anger, fuming, "
        "distraught, seething, miserable, heartbroken, nauseated, bitterly angry, cheated, repulsed, "
        "desperate, aghast, speechless with anger, shaking with rage, ashamed, boiling, disgusted and "
        "poorer, betrayed, crushed, trembling, ready to sue, insulted, physically ill, bitter, in despair"
    ),
    "joy": _list(
        "a delight, a dream, a triumph, sheer perfection, a revelation, a marvel, pure joy, a masterclass, "
        "a miracle, heaven on earth, a treasure, a wonder, world class, sensational, glorious, superlative, "
        "a gem, a godsend, a masterpiece, magic, a breath of fresh air, a blessing, paradise, pure gold, a "
        "joy, a feast, a work of genius, a dream come true, the stuff of legend, unrivalled, awe-inspiring, "
        "beyond compare, a phenomenon, a gift, a jewel, bliss, the best there is, brilliant, outstanding, a "
        "knockout, an inspiration, gorgeous, spectacular, breathtaking"
    ),
    "asset": _list(
        "a pleasure, a plus, a strong point, a pleasant surprise, a bonus, nice, a comfort, likeable, an "
        "asset, commendable, respectable, praiseworthy, worthwhile, a nice touch, a success, encouraging, "
        "pleasing, a happy discovery, enjoyable, admirable, agreeable, a benefit, sound, helpful, good, "
        "fine, decent, solid, satisfying, a help, creditable, a relief, cheerful, appreciated, above "
        "average, charming, a treat, promising, fair enough"
    ),
    "flaw": _list(
        "a letdown, a weak point, a nuisance, a disappointment, a drawback, a pity, a minus, a bother, "
        "mediocre, lacklustre, a shortcoming, subpar, a blemish, tiresome, a missed opportunity, a "
        "headache, a weakness, an annoyance, second-rate, unimpressive, a chore, below par, a flop, a bore, "
        "a failing, an irritation, unsatisfying, regrettable, a dud, poor, disappointing, unimpressive to "
        "say the least, weak, a frustration, tedious, shabby, a snag, awkward, underwhelming, a pain, "
        "sloppy, below average, unfortunate, dull, dreary"
    ),
    "horror": _list(
        "a disaster, a nightmare, a disgrace, a catastrophe, a fiasco, an outrage, a horror, a debacle, a "
        "farce, torture, an embarrassment, deplorable, loathsome, a calamity, abominable, a shambles, a "
        "scandal, garbage, rubbish, a joke, hell, a scam, a mess of epic size, a train wreck, an insult, "
        "trash, an abomination, pure misery, agony, appalling, terrible, horrific, a swindle, a travesty, a "
        "tragedy, the worst there is, shocking, unforgivable, disgusting, an atrocity, hideous, ruinous, "
        "pathetic"
    ),
}

FAINT = _list(
    "okay, average, acceptable, nothing special, so-so, unremarkable, middling, neither here nor there, "
    "about what you would expect, passable, run of the mill, decent without standing out"
)
VERY = _list(
    "very, really, extremely, incredibly, exceptionally, remarkably, thoroughly, unbelievably, supremely, profoundly"
)
MILD = _list("quite, a little, pretty, rather, mostly, slightly, on the whole, broadly")
MILD_PRAISE = _list("quite, pretty, mostly, generally, on the whole, rather, broadly, by and large")

# Who, when.
DAYS = _list("Saturday, Friday, Sunday, Thursday, Wednesday, Tuesday, Monday")
COMPANY = _list(
    "my wife, my husband, a friend, my parents, my sister, two colleagues, my daughter, our neighbours, my "
    "brother, my aunt, an old school friend"
)
TIMES = _list(
    "last week, last month, in March, in early autumn, over the holidays, two weeks ago, in June, just "
    "before Christmas, a few days ago"
)
