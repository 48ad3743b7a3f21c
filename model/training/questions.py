"""Questions made from the law's own sentences, by templates.

Citizens' questions with known answers are few; articles are many. Each template turns a heading or a clause into a
question as people ask it, so that the article is its answer. The questions are noisy on purpose: fragments, missing
diacritics and everyday words occur in real ones too. What is not here: choosing articles, and tokenising (`mine.py`).

Every function draws from the `random.Random` it is given, in a fixed order: the same seed gives the same questions.
"""

import re
import unicodedata

NUMBER = r"(?:\d+(?:[.,]\d+)*|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười)"
UNIT = (
    r"(?:%|phần trăm|ngày làm việc|ngày|tháng|năm|giờ|tuổi|đồng|triệu đồng|tỷ đồng|mét|m|km|m2|kg|lần|người|thành viên)"
)
QUANTITY = re.compile(r"\b(?:" + NUMBER + r"(?: \([^)]{1,30}\))?)\s(?=" + UNIT + r"\b)")

# Headings that every law has: without its law's name such a question has no single answer.
GENERIC = re.compile(
    r"^(phạm vi điều chỉnh|đối tượng áp dụng|phạm vi|hiệu lực thi hành|điều khoản thi hành|tổ chức thực hiện"
    r"|giải thích từ ngữ|trách nhiệm thi hành|điều khoản chuyển tiếp|nguyên tắc|quy định chuyển tiếp"
    r"|phạm vi điều chỉnh, đối tượng áp dụng|phạm vi điều chỉnh và đối tượng áp dụng|hiệu lực.*"
    r"|.*tổ chức thực hiện|trách nhiệm.{0,20}thi hành)\.?$",
    re.I,
)

# Bodies that act, before a verb of competence.
BODY = re.compile(
    r"^(Bộ trưởng Bộ [A-ZĐ][^,;]{2,30}?|Bộ [A-ZĐ][^,;]{2,25}?|Chính phủ|Thủ tướng Chính phủ"
    r"|Ủy ban nhân dân(?: cấp)? (?:tỉnh|huyện|xã|các cấp|cấp tỉnh|cấp huyện|cấp xã)"
    r"|Hội đồng nhân dân(?: cấp)? (?:tỉnh|huyện|xã)|Chủ tịch Ủy ban nhân dân [^,;]{2,20}?"
    r"|Tòa án(?: nhân dân)?(?: tối cao| cấp cao| cấp tỉnh)?|Viện kiểm sát(?: nhân dân)?(?: tối cao)?"
    r"|Cơ quan [a-zđâăêôơư][^,;]{2,40}?|Giám đốc Sở [A-ZĐ][^,;]{2,30}?|Sở [A-ZĐ][^,;]{2,30}?"
    r"|Tổng cục [^,;]{2,25}?|Cục [A-ZĐ][^,;]{2,25}?|Hội đồng [a-zđ][^,;]{2,30}?|Ngân hàng Nhà nước)"
    r"(?= (?:có trách nhiệm|chịu trách nhiệm|có thẩm quyền|quyết định|quy định|hướng dẫn|chủ trì|ban hành|cấp"
    r"|thực hiện|tổ chức|phê duyệt|xem xét|kiểm tra)\b)"
)

# Any heading: the turns of phrase of the public sets and of web forms.
HEADING_TEMPLATES = [
    "{} được quy định như thế nào?",
    "{} được quy định như thế nào?",
    "{} được quy định như thế nào?",
    "Quy định về {}",
    "Quy định về {} như thế nào?",
    "{}",
    "{}",
    "Pháp luật quy định thế nào về {}?",
    "{} là gì?",
    "{} như thế nào?",
    "{} gồm những gì?",
    "cho hỏi {}?",
    "{} thế nào ạ?",
    "{} ra sao?",
    "Tôi muốn biết {}",
    "Việc {} được thực hiện như thế nào?",
    "{} có những quy định gì?",
]

# Headings of a known kind: pattern, how often the kind's own questions are taken, and those (`{0}` is the first group).
HEADING_KINDS = [
    # "Quyền của người lao động": what rights does somebody have?
    (
        r"^(quyền|nghĩa vụ|trách nhiệm|quyền và nghĩa vụ|nhiệm vụ|thẩm quyền|quyền hạn|nhiệm vụ, quyền hạn)"
        r" (?:và [^ ]+ [^ ]+ )?của (.+)$",
        0.5,
        ["{1} có {0} gì?", "{1} có những {0} nào?", "{0} của {1} là gì?"],
    ),
    # "Điều kiện kết hôn", "Hồ sơ đăng ký ...": what does one need?
    (
        r"^(hồ sơ|điều kiện) (.+)$",
        0.5,
        ["{0} {1} gồm những gì?", "{0} {1} bao gồm những gì?", "cần {0} gì để {1}?", "{0} {1} như thế nào?"],
    ),
    (
        r"^(thành phần hồ sơ|nội dung|tiêu chuẩn|tiêu chí) (.+)$",
        0.5,
        ["{0} {1} gồm những gì?", "{0} {1} bao gồm những gì?", "{0} {1} là gì?", "{0} {1} như thế nào?"],
    ),
    # "Trình tự, thủ tục cấp ...": how is it done?
    (
        r"^(trình tự, thủ tục|thủ tục|trình tự) (.+)$",
        0.5,
        ["{0} {1} như thế nào?", "muốn {1} thì làm thế nào?", "{0} {1} thực hiện ra sao?", "làm sao để {1}?"],
    ),
    # "Thẩm quyền cấp ...": who decides?
    (
        r"^(thẩm quyền) (.+)$",
        0.6,
        ["Ai có thẩm quyền {1}?", "Cơ quan nào có thẩm quyền {1}?", "Cơ quan nào {1}?"],
    ),
    # "Thời hạn ...", "Mức phạt ...": how much?
    (r"^(thời hạn|mức|thời gian|số lượng|độ tuổi|mức phạt|mức chi) (.+)$", 0.5, ["{0} {1} là bao nhiêu?"]),
    # "Vi phạm quy định về ...": what fine?
    (
        r"^(?:vi phạm )(?:quy định về |các quy định về |quy định )?(.+)$",
        0.6,
        [
            "vi phạm quy định về {0} bị phạt bao nhiêu tiền?",
            "Mức xử phạt vi phạm về {0}?",
            "{0} sai quy định bị xử phạt thế nào?",
            "Vi phạm {0} thì bị xử lý như thế nào?",
        ],
    ),
    # "Tội ...": how many years?
    (
        r"^tội (.+)$",
        0.7,
        [
            "tội {0} bị phạt tù bao nhiêu năm?",
            "{0} thì bị phạt tù như thế nào?",
            "Người {0} bị xử lý hình sự thế nào?",
            "Hành vi {0} bị phạt tù từ bao nhiêu đến bao nhiêu năm?",
            "{0} có thể bị phạt tù lên đến bao nhiêu năm?",
        ],
    ),
]
HEADING_KINDS = [(re.compile(pattern), share, templates) for pattern, share, templates in HEADING_KINDS]

# Legal terms and what people say instead.
EVERYDAY_WORDS = [
    ("uỷ", "ủy"),
    ("phương tiện giao thông", "xe"),
    ("xe mô tô, xe gắn máy", "xe máy"),
    ("người sử dụng lao động", "công ty"),
    ("quyền sử dụng đất", "đất"),
    ("giấy chứng nhận quyền sử dụng đất", "sổ đỏ"),
    ("thẻ căn cước công dân", "căn cước"),
    ("Ủy ban nhân dân", "UBND"),
    ("bảo hiểm xã hội", "BHXH"),
    ("bảo hiểm y tế", "BHYT"),
    ("doanh nghiệp", "công ty"),
    ("người lao động", "nhân viên"),
    ("điều khiển xe", "lái xe"),
    ("cơ quan nhà nước có thẩm quyền", "cơ quan chức năng"),
    ("chấm dứt hợp đồng lao động", "nghỉ việc"),
    ("giấy phép lái xe", "bằng lái xe"),
    ("nhà giáo", "giáo viên"),
    ("trẻ em", "con"),
    ("kết hôn", "lấy nhau"),
    ("ly hôn", "ly dị"),
    ("phụ nữ", "vợ"),
    ("cư trú", "ở"),
    ("hộ chiếu", "passport"),
]


def heading_question(heading, law, rng):
    """A question whose answer is the article of this heading; a generic heading gets its law's name where known."""
    subject = lower_first(heading)
    generic = bool(GENERIC.match(heading)) or len(heading) < 18
    if generic and law:
        subject = rng.choice([subject + " của ", subject + " theo ", subject + " "]) + lower_first(law)
    elif law and rng.random() < 0.25:
        subject = rng.choice([subject + " theo " + law, "theo " + law + ", " + subject])
    template = rng.choice(HEADING_TEMPLATES)
    for pattern, share, templates in HEADING_KINDS:
        found = pattern.match(subject)
        if found and rng.random() < share:
            return (templates[0] if len(templates) == 1 else rng.choice(templates)).format(*found.groups())
    question = template.format(subject)
    return question[:1].upper() + question[1:]


def sentence_question(line, lead, rng):
    """A question answered by a clause, point or sentence `line`; `lead` is the line that introduces it, or empty.

    All templates that fit are collected and one question is drawn; nothing where the line is too short or too long.
    """
    clause = clean(line)
    if not 25 <= len(clause) <= 420:
        return None
    full = clean(lead) + " " + lower_first(clause) if lead and len(lead) < 200 else clause
    questions = penal(full) + fine(full)
    if not lead:
        questions += definition(clause)
    questions += quantity(full, rng) + competent_body(clause, rng) + enumeration(line, clause) + modality(clause)
    questions += condition(clause, rng) + fragment(full, rng)
    if len(full) < 260 and rng.random() < 0.15:  # a statement to be judged, as in ALQAC
        questions.append(full + ", đúng hay sai?")
    if len(full) < 260 and rng.random() < 0.12:  # the sentence itself, as a draft would repeat it
        questions.append(full)
    return rng.choice(questions) if questions else None


def penal(full):
    """ "Người nào trộm cắp ..., thì bị phạt tù từ ...": how is it punished, for how long?"""
    found = re.match(r"^[Nn]gười nào (.+?),? thì bị phạt (.+)$", full)
    if not found:
        return []
    deed = found[1][:260]
    return [
        "Người %s thì bị phạt như thế nào?" % deed,
        "Người %s bị phạt tù từ bao nhiêu đến bao nhiêu năm?" % deed,
        "%s có thể bị phạt tù đến bao nhiêu năm?" % deed,
        "%s bị xử lý như thế nào?" % deed,
    ]


def fine(full):
    """ "Phạt tiền từ ... đối với hành vi ...": what fine? Counted twice, for people ask it most."""
    found = re.match(
        r"^[Pp]hạt (?:tiền|cảnh cáo)[^;:]{5,110}? đối với"
        r" (?:hành vi|một trong các hành vi|người|cá nhân|tổ chức|tàu|xe)? ?(.+)$",
        full,
    )
    if not found:
        return []
    deed = re.sub(r"sau đây:? ?", "", re.sub(r"^(?:vi phạm )?sau đây:? ?", "", found[1]))
    if len(deed) <= 15:
        return []
    return [
        "%s bị phạt bao nhiêu tiền?" % deed,
        "Mức phạt đối với hành vi %s là bao nhiêu?" % lower_first(deed),
        "%s thì bị xử phạt như thế nào?" % deed,
        "Hành vi %s bị xử phạt thế nào?" % lower_first(deed),
    ] * 2


def definition(clause):
    """ "X là Y": what is X, and the reverse."""
    found = re.match(r'^([^,;:"“”]{4,70}?) là ([^;]{20,})', clause)
    if not found:
        return []
    term, meaning = found[1], found[2]
    return [
        "%s là gì?" % term,
        "Thế nào là %s?" % lower_first(term),
        "%s được hiểu là gì?" % term,
        "%s là gì?" % meaning[:200].capitalize(),
    ]


def quantity(full, rng):
    """A term, age, amount or rate: its number is asked for."""
    found = QUANTITY.search(full)
    if not found:
        return []
    question = full[: found.start()] + "bao nhiêu " + full[found.end() :]
    if len(question) > 240:
        start = max(0, found.start() - 140)
        question = question[start : start + 240]
        question = question[question.find(" ") + 1 : question.rfind(" ")]
    other = rng.choice(["Theo quy định, %s?" % lower_first(question), question + " theo quy định?"])
    return [question + "?", other]


def competent_body(clause, rng):
    """ "Bộ Tài chính quy định ...": who does it? Counted twice."""
    found = BODY.match(clause)
    if not found:
        return []
    rest = clause[found.end() :].strip()[:220]
    return [rng.choice(["Cơ quan nào ", "Ai ", "Cơ quan nào "]) + rest + "?"] * 2


def enumeration(line, clause):
    """A line that introduces a list: which cases, conditions, papers?"""
    found = re.search(
        r"^(.{12,200}?)(?: trong)?(?: các| những| một trong các| một trong những)? ?(trường hợp|điều kiện|nội dung"
        r"|giấy tờ|hành vi|tiêu chuẩn|nguyên tắc|quyền|nghĩa vụ|nhiệm vụ|tài liệu|biện pháp|hình thức|yêu cầu"
        r"|đối tượng)?(?: sau đây| sau|bao gồm|gồm)\b",
        clause,
    )
    if not found or not line.rstrip().endswith(":"):
        return []
    if found[2]:
        return ["%s %s nào?" % (found[1], found[2]), "%s những %s nào?" % (found[1], found[2])]
    return ["%s gồm những gì?" % found[1], "%s như thế nào?" % found[1]]


def modality(clause):
    """ "X không được Y", "X phải Y": may X, must X?"""
    found = re.match(r"^(.{5,110}?) (không được|được|phải) (.{8,150}?)(?:[,.;:]| theo quy định|$)", clause)
    if not found:
        return []
    who, what = found[1], found[3]
    if found[2] == "phải":
        return ["%s có phải %s không?" % (who, what), "%s có bắt buộc phải %s không?" % (who, what)]
    return ["%s có được %s không?" % (who, what)]


def condition(clause, rng):
    """ "Trường hợp ... thì ...": what then?"""
    found = re.match(r"^(?:[Tt]rường hợp|[Kk]hi|[Nn]ếu) (.{10,180}?)(?:,| thì )(.{10,})", clause)
    if not found:
        return []
    opening = rng.choice(["Trường hợp ", "Khi ", "Nếu "])
    closings = [" thì xử lý như thế nào?", " thì phải làm gì?", " thì sao?", " thì được giải quyết như thế nào?"]
    return [opening + found[1] + rng.choice(closings)]


def fragment(full, rng):
    """6 to 28 words in a row out of the clause: what people copy into a search box."""
    words = full.split()
    if len(words) <= 8:
        return []
    count = rng.randint(6, min(28, len(words)))
    start = rng.randint(0, len(words) - count)
    endings = ["", " như thế nào?", " được quy định thế nào?", ", đúng hay sai?", " không?", "?"]
    return [" ".join(words[start : start + count]) + rng.choice(endings)]


def roughen(question, rng):
    """As people type: everyday words (15 %), no diacritics (3 %), lower case (5 %), words missing (6 %), odd spaces (8 %)."""
    if rng.random() < 0.15:
        for term, word in EVERYDAY_WORDS:
            if term in question and rng.random() < 0.7:
                question = question.replace(term, word)
    kind = rng.random()
    if kind < 0.03:
        question = without_diacritics(question)
    elif kind < 0.08:
        question = question.lower().rstrip("?")
    elif kind < 0.14:
        question = " ".join(word for word in question.split() if rng.random() > 0.12)
    if rng.random() < 0.08:
        question = question.replace("?", " ?").replace(",", " ,")
    return question


def lower_first(text):
    """The text with a small first letter, unless it opens with an abbreviation."""
    return text[:1].lower() + text[1:] if text[:2] and not text[:2].isupper() else text


def clean(line):
    """A clause without its number or bullet and without the marks at its end."""
    line = re.sub(r"^\s*(?:\d+[a-zđ]?[.)]|[a-zđ]\d?[.)]|[-+•*])\s*", "", line)
    return re.sub(r"\s+", " ", line).strip(" ;:.,")


def without_diacritics(text):
    """Vietnamese as typed without a Vietnamese keyboard."""
    text = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in text if not unicodedata.combining(c))
