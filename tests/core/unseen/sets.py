"""Well-known sets of labelled texts, help desks, surveys, and tools to label with."""

# ruff: noqa: E501, a table is read line by line

from __future__ import annotations

import json
import random

from tests.core.unseen.prose import STARS, Case, cycle, prose, written

N = 40
EMOTIONS = ["sadness", "joy", "love", "anger", "fear", "surprise"]


def _lines(found: list[dict[str, object]]) -> bytes:
    return "\n".join(json.dumps(each, ensure_ascii=False) for each in found).encode()


def _known() -> list[Case]:
    en = prose("en", N, 20)
    sentiment140 = written(
        None,
        [["0" if i % 2 else "4", 1467810000 + i * 311, f"Mon Apr 06 22:19:{i % 60:02d} PDT 2009", "NO_QUERY", f"user_{i}",
          f"@friend{i} {text} caf\xe9"] for i, text in enumerate(en)],
        encoding="latin-1", quoting=1, end="\n",
    )  # fmt: skip
    sms = written(
        ["v1", "v2", "", "", ""],
        [["spam" if i % 5 == 0 else "ham", text.replace("a", "\xa3", 1), " 2nd part" if i == 7 else "", "", ""]
         for i, text in enumerate(en)],
        encoding="latin-1",
    )  # fmt: skip
    imdb = written(
        ["review", "sentiment"],
        [[f"{text}<br /><br />{other}", "positive" if i % 2 else "negative"]
         for i, (text, other) in enumerate(zip(en, prose("en", N, 21), strict=True))],
    )  # fmt: skip
    nsmc = "id\tdocument\tlabel\n" + "".join(
        f"{9976970 + i * 37}\t{chr(34) if i % 6 == 0 else ''}{text}{' ' + chr(34) + '최고' + chr(34) if i % 4 == 1 else ''}\t{i % 2}\n"
        for i, text in enumerate(prose("ko", N))
    )
    toxic = written(
        ["id", "comment_text", "toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate"],
        [[f"{i * 99991:016x}", text, int(i % 2 == 0), int(i % 10 == 0), int(i % 4 == 0), int(i % 20 == 0),
          int(i % 5 == 0), int(i % 13 == 0)] for i, text in enumerate(en)],
    )  # fmt: skip
    emotion = "".join(f"{text.lower().replace('.', '')};{EMOTIONS[i % 6]}\n" for i, text in enumerate(en))
    news = written(
        ["", "content", "target", "target_names"],
        [
            [i, text, i % 4, ["alt.atheism", "comp.graphics", "rec.autos", "sci.space"][i % 4]]
            for i, text in enumerate(en)
        ],
    )
    airline = written(
        ["tweet_id", "airline_sentiment", "airline_sentiment_confidence", "negativereason", "airline", "name",
         "retweet_count", "text", "tweet_created"],
        [[570306133677760000 + i * 12345, ["neutral", "positive", "negative"][i % 3], f"0.{i % 9 + 1}",
          "Late Flight" if i % 3 == 2 else "", ["United", "Delta"][i % 2], f"u{i}", 0, f"@VirginAmerica {text}",
          "2015-02-24 11:35:52 -0800"] for i, text in enumerate(en)],
    )  # fmt: skip
    r_written = written(
        ["", "text", "stars"], [[i + 1, text, star] for i, (text, star) in enumerate(zip(en, cycle([1, 2, 3, 4, 5], N), strict=True))],
        quoting=2,
    )  # fmt: skip
    fine = written(
        ["PhraseId", "SentenceId", "Phrase", "Sentiment"],
        [[i + 1, i // 4 + 1, text, i % 5] for i, text in enumerate(en)], delimiter="\t",
    )  # fmt: skip
    quora = written(
        ["id", "qid1", "qid2", "question1", "question2", "is_duplicate"],
        [[i, 2 * i, 2 * i + 1, a, b, i % 2] for i, (a, b) in enumerate(zip(en, prose("en", N, 22), strict=True))],
    )  # fmt: skip
    translated = written(
        ["review_en", "review_de", "sentiment"],
        [[a, b, "pos" if i % 2 else "neg"] for i, (a, b) in enumerate(zip(en, prose("de", N), strict=True))],
    )
    return [
        Case("sentiment140.csv", sentiment140, "column 6", "column 1", N, "0|4", N),
        Case("sms_spam.csv", sms, "v2", "v1", N, "ham|spam", N),
        Case("imdb.csv", imdb, "review", "sentiment", N, "negative|positive", N),
        Case("nsmc.txt", nsmc.encode(), "document", "label", N, "0|1", N),
        Case("toxic.csv", toxic, "comment_text", "toxic", N, "0|1", N),
        Case("emotion.txt", emotion.encode(), "column 1", "column 2", N, "anger|fear|joy|love|sadness|surprise", N),
        Case("newsgroups.csv", news, "content", "target | target_names", N,
             "0|1|2|3 || alt.atheism|comp.graphics|rec.autos|sci.space", N),
        Case("airline.csv", airline, "text", "airline_sentiment", N, "negative|neutral|positive", N),
        Case("r_write_csv.csv", r_written, "text", "stars", N, STARS, N),
        Case("sst_phrases.tsv", fine, "Phrase", "Sentiment", N, "0|1|2|3|4", N),
        Case("quora_pairs.csv", quora, "question1 + question2", "is_duplicate", N, "0|1", N),
        Case("translated.csv", translated, "review_en", "sentiment", N, "neg|pos", N),
    ]  # fmt: skip


def _desks() -> list[Case]:
    en = prose("en", N, 30)
    zendesk = written(
        ["Ticket ID", "Status", "Priority", "Requester", "Subject", "Description", "Satisfaction Score", "Tags",
         "Created at"],
        [[10000 + i, "Closed", ["Low", "Normal", "High"][i % 3], f"r{i}@example.com", "Question", text,
          "Good" if i % 3 else "Bad", "web,billing", f"2024-01-{i % 27 + 1:02d} 10:00"] for i, text in enumerate(en)],
    )  # fmt: skip
    intercom = json.dumps(
        {"type": "conversation.list", "pages": {"page": 1, "per_page": 40}, "total_count": N, "conversations": [
            {"id": str(500 + i), "created_at": 1700000000 + i, "source": {"body": f"<p>{text}</p>", "author": {"id": i}},
             "conversation_rating": {"rating": i % 5 + 1, "remark": None}} for i, text in enumerate(en)]}
    ).encode()  # fmt: skip
    intents = written(
        ["utterance", "intent"],
        [[text, ["cancel_order", "track_order", "refund", "change_address"][i % 4]] for i, text in enumerate(en)],
    )
    support = written(
        ["Message", "Queue", "Language"],
        [
            [text, ["Billing", "Technical Support", "Returns"][i % 3], "en" if i % 2 else "de"]
            for i, text in enumerate(en)
        ],
    )
    return [
        Case("zendesk.csv", zendesk, "Description | Subject + Description", "Satisfaction Score", N, "Bad|Good", N),
        Case("intercom.json", intercom, "source.body", "conversation_rating.rating", N, STARS, N),
        Case("intents.csv", intents, "utterance", "intent", N, "cancel_order|change_address|refund|track_order", N),
        Case("queues.csv", support, "Message", "Queue", N, "Billing|Returns|Technical Support", N),
    ]


def _surveys() -> list[Case]:
    en = prose("en", N, 40)
    likert = ["Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree"]
    forms = written(
        ["Timestamp", "How satisfied were you with our service overall?",
         "Please tell us in your own words what we could do better:", "What is your age group?"],
        [[f"3/{i % 27 + 1}/2024 14:02:11", ["Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied"][i % 5],
          text, ["18-24", "25-34", "35-44"][i % 3]] for i, text in enumerate(en)],
    )  # fmt: skip
    monkey = written(
        ["Respondent ID", "Collector ID", "Start Date", "I would recommend this course", "What did you think?"],
        [["", "", "", "Response", "Open-Ended Response"]]
        + [[11400000000 + i * 7, 420001, f"01/{i % 27 + 1:02d}/2024", likert[i % 5], text] for i, text in enumerate(en)],
    )  # fmt: skip
    nps = written(
        ["Response ID", "How likely are you to recommend us to a friend?", "Why did you give this score?"],
        [[i, i % 11, text] for i, text in enumerate(prose("en", 55, 41))],
    )
    typeform = written(
        ["#", "What was your impression?", "thumbs", "Start Date (UTC)", "Network ID"],
        [[f"{i * 65537:08x}", text, "\U0001f44d" if i % 2 else "\U0001f44e", "2024-01-02 10:00", f"{i * 99:010x}"]
         for i, text in enumerate(en)],
    )  # fmt: skip
    yes = written(
        ["KOMMENTAR", "WEITEREMPFEHLUNG"],
        [[text, "ja" if i % 3 else "nein"] for i, text in enumerate(prose("de", N, 1))],
        delimiter=";",
    )
    percent = written(["answer", "score (%)"], [[text, f"{i % 5 * 25}%"] for i, text in enumerate(en)])
    school = written(["essay", "Note"], [[text, i % 6 + 1] for i, text in enumerate(prose("de", N, 2))])
    faces = written(
        ["comment", "mood"], [[text, ["\U0001f620", "\U0001f610", "\U0001f600"][i % 3]] for i, text in enumerate(en)]
    )
    anketa = written(
        ["ご意見・ご感想をお書きください", "本日の満足度を教えてください", "ご来店日"],
        [[text, ["とても不満", "不満", "普通", "満足", "とても満足"][i % 5], f"2024/{i % 12 + 1}/3"]
         for i, text in enumerate(prose("ja", N, 3))], encoding="cp932",
    )  # fmt: skip
    return [
        Case("google_forms.csv", forms, "Please tell us in your own words what we could do better:",
             "How satisfied were you with our service overall?", N,
             "Very dissatisfied|Dissatisfied|Neutral|Satisfied|Very satisfied", N),
        Case("survey_two_headers.csv", monkey, "What did you think?", "I would recommend this course", N,
             "|".join(likert), N + 1),
        Case("nps.csv", nps, "Why did you give this score?", "How likely are you to recommend us to a friend?", 55,
             "numbers", 55),
        Case("typeform.csv", typeform, "What was your impression?", "thumbs", N, "\U0001f44d|\U0001f44e || \U0001f44e|\U0001f44d", N),
        Case("yes_no.csv", yes, "KOMMENTAR", "WEITEREMPFEHLUNG", N, "nein|ja || ja|nein", N),
        Case("percent.csv", percent, "answer", "score (%)", N, "0%|25%|50%|75%|100%", N),
        Case("school_grades.csv", school, "essay", "Note", N, "1|2|3|4|5|6 || numbers", N),
        Case("faces.csv", faces, "comment", "mood", N,
             "\U0001f620|\U0001f610|\U0001f600 || \U0001f600|\U0001f610|\U0001f620", N),
        Case("anketa_sjis.csv", anketa, "ご意見・ご感想をお書きください", "本日の満足度を教えてください", N,
             "とても不満|不満|普通|満足|とても満足", N),
    ]  # fmt: skip


def _tools() -> list[Case]:
    en = prose("en", N, 50)
    hub = json.dumps(
        {"features": [{"feature_idx": 0, "name": "text", "type": {"dtype": "string", "_type": "Value"}},
                      {"feature_idx": 1, "name": "label", "type": {"names": ["neg", "pos"], "_type": "ClassLabel"}}],
         "rows": [{"row_idx": i, "row": {"text": text, "label": i % 2}, "truncated_cells": []}
                  for i, text in enumerate(en)], "num_rows_total": 25000, "partial": False}
    ).encode()  # fmt: skip
    page = json.dumps(
        {"meta": {"page": 1, "total": N}, "reviews": [{"body": t, "rating": i % 5 + 1} for i, t in enumerate(en)]}
    ).encode()
    studio = json.dumps(
        [{"id": i, "data": {"text": text, "source": "web"}, "annotations": [{"id": i, "completed_by": 1, "result": [
            {"type": "choices", "from_name": "sentiment", "to_name": "text",
             "value": {"choices": ["Positive" if i % 2 else "Negative"]}}]}]} for i, text in enumerate(en)]
    ).encode()  # fmt: skip
    doccano = _lines([{"id": i, "text": t, "label": ["praise" if i % 2 else "complaint"]} for i, t in enumerate(en)])
    doccano_csv = written(
        ["id", "text", "label"], [[i, t, ["bug", "feature", "question"][i % 3]] for i, t in enumerate(en)]
    )
    prodigy = _lines([{"text": t, "_input_hash": i * 7, "_task_hash": i * 9, "options": [{"id": "A", "text": "A"}, {"id": "B", "text": "B"}],
                       "accept": ["A" if i % 2 else "B"], "answer": "accept"} for i, t in enumerate(en)])  # fmt: skip
    textcat = _lines(
        [{"text": t, "label": "SPAM", "answer": "accept" if i % 2 else "reject"} for i, t in enumerate(en)]
    )
    fast = "".join(f"__label__{['good', 'bad'][i % 2]} {t}\n" for i, t in enumerate(en)).encode()
    chat = _lines(
        [{"messages": [{"role": "user", "content": t}], "category": ["a", "b"][i % 2]} for i, t in enumerate(en)]
    )
    grouped = json.dumps({"positive": en[:20], "negative": en[20:]}).encode()
    split = json.dumps({"train": [{"text": t, "label": i % 2} for i, t in enumerate(en[:30])],
                        "test": [{"text": t, "label": i % 2} for i, t in enumerate(en[30:])]}).encode()  # fmt: skip
    graph = json.dumps({"data": {"product": {"reviews": {"edges": [
        {"node": {"id": f"gid://{i}", "body": t, "rating": i % 5 + 1}} for i, t in enumerate(en)]}}}}).encode()  # fmt: skip
    elastic = json.dumps({"took": 3, "hits": {"total": {"value": N}, "hits": [
        {"_index": "reviews", "_id": str(i), "_score": 1.0, "_source": {"review": t, "stars": i % 5 + 1}}
        for i, t in enumerate(en)]}}).encode()  # fmt: skip
    mongo = _lines(
        [
            {"_id": {"$oid": f"{i:024x}"}, "comment": t, "rating": {"$numberInt": str(i % 5 + 1)}}
            for i, t in enumerate(en)
        ]
    )
    return [
        Case("datasets_server.json", hub, "text", "label", N, "neg|pos", N),
        Case("api_page.json", page, "body", "rating", N, STARS, N),
        Case("labelstudio.json", studio, "text", "sentiment", N, "Negative|Positive", N),
        Case("doccano.jsonl", doccano, "text", "label", N, "complaint|praise", N),
        Case("doccano.csv", doccano_csv, "text", "label", N, "bug|feature|question", N),
        Case("prodigy.jsonl", prodigy, "text", "accept", N, "A|B", N),
        Case("prodigy_binary.jsonl", textcat, "text", "answer", N, "accept|reject || reject|accept", N),
        Case("fasttext_good.txt", fast, "text", "label", N, "bad|good", N),
        Case("chat.jsonl", chat, "messages.content", "category", N, "a|b", N),
        Case("texts_by_class.json", grouped),
        Case("splits.json", split, "text", "label", N, "0|1", N),
        Case("graphql.json", graph, "node.body | body", "node.rating | rating", N, STARS, N),
        Case("elastic.json", elastic, "_source.review | review", "_source.stars | stars", N, STARS, N),
        Case("mongo.jsonl", mongo, "comment", "rating.$numberInt | rating", N, STARS, N),
    ]


random.seed(0)
CASES = [*_known(), *_desks(), *_surveys(), *_tools()]
