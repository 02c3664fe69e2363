"""Answer -> does it say nothing but that it does not know?

For systems that do not tell by themselves. It knows the usual turns of phrase in a few languages
and is careful: an answer that also claims something is none of these.
"""

# ruff: noqa: RUF001 - apostrophes and commas as people type them

from __future__ import annotations

import re
from functools import lru_cache

from sartor.text.claims import claims_nothing
from sartor.text.normal import squeeze
from sartor.text.sentences import sentences
from sartor.types import Answer

LONGEST = 600  # characters: whoever says more says something

# One of these is in every text that the pattern below matches; looking for them is quick.
_HINTS = (
    "not ", "n't", "n’t", "no ", "not\n", "n/a", "na", "unknown", "unanswerable", "insufficient",
    "unable", "impossible", "nicht", "kein", "unbekannt", "pas", "rien", "aucun", "sé", "不", "没",
    "沒", "未", "无", "無", "せん",
)  # fmt: skip

_NOT_KNOWING = re.compile(
    r"""(?:
    (?:i(?:['’]m|\s+am)?\s+(?:sorry|afraid)\b.{0,20})?\b(?:i|we)\s+(?:do\s+not|don['’]t|did\s+not|didn['’]t|cannot|can['’]t|can\s+not
        |could\s+not|couldn['’]t|am\s+not\s+able\s+to|am\s+unable\s+to|was\s+unable\s+to|were\s+unable\s+to)\s+
        (?:know|find|answer|say|determine|locate|have\s+(?:any\s+|enough\s+|that\s+|the\s+|sufficient\s+)*(?:information|answer|data))\b
    |\b(?:the|these|this|your|provided|given)\s+(?:\w+\s+){0,2}(?:documents?|contexts?|sources?|passages?|texts?|information|excerpts?|snippets?|filings?
        |knowledge\s+base)
        \s+(?:\w+\s+)?(?:do\s+not|does\s+not|don['’]t|doesn['’]t|did\s+not|didn['’]t)\s+(?:seem\s+to\s+|appear\s+to\s+)?
        (?:say|mention|contain|provide|specify|state|answer|tell|address|disclose|indicate)\b
    |(?:^\W*|[.!?]\s+|\b(?:i|we|it)(?:['’]m|['’]s|\s+am|\s+are|\s+is|\s+was|\s+were)\s+)
        (?:unable|impossible|not\s+possible|not\s+able)\s+to\s+(?:determine|answer|find|say|tell|locate|know)\b
    |\b(?:answer|information|figure|value|this|that|it)\s+(?:is|was)(?:\s+not|n['’]t)\s+(?:\w+\s+){0,2}(?:in|from|by)\s+
        (?:the|this|these|your)\s+(?:\w+\s+){0,2}(?:documents?|contexts?|sources?|passages?|texts?|excerpts?|filings?)\b
    |\b(?:there\s+is|there['’]s|i\s+have|i\s+found|we\s+have|we\s+found)?\s*(?:no|not\s+enough|insufficient)\s+(?:relevant\s+)?(?:information|answer|mention)\b
    |\b(?:is|are|was|were)(?:\s+not|n['’]t)\s+(?:\w+\s+)?(?:mentioned|stated|specified|addressed)\b
    |\b(?:cannot|can['’]t|could\s+not)\s+be\s+(?:answered|determined)\b
    |\b(?:ich|wir)\s+(?:weiß|wissen)\s+(?:es|das|die\s+antwort)?\s*(?:leider\s+)?nicht\b
    |\b(?:ich|wir)\s+(?:kann|können|konnte|konnten|habe|haben)\b.{0,60}\b(?:nicht|keine?)\b.{0,40}\b(?:beantworten|finden|sagen|gefunden|informationen|angaben|antwort)\b
    |\b(?:dokumente?n?|quellen?|texte?|kontext|unterlagen)\b.{0,20}\b(?:enthält|enthalten|sagt|sagen|nennt|nennen|erwähnt|erwähnen|geht|beantwortet|beantworten)\b.{0,40}\b(?:nicht|nichts|keine?n?)\b
    |\b(?:geht|gehen|ging)\b.{0,60}\bnicht\s+hervor\b
    |\b(?:lässt|lassen)\s+sich\b.{0,60}\bnicht\b.{0,20}\b(?:beantworten|bestimmen|sagen|ermitteln)\b
    |\b(?:wird|werden|ist|sind)\b.{0,60}\bnicht\s+(?:erwähnt|genannt|angegeben)\b
    |\bkeine\s+(?:informationen|angaben|antwort)\b
    |\bje\s+ne\s+(?:sais|peux|trouve)\s+pas\b
    |\b(?:documents?|sources?|textes?|contexte)\s+ne\s+(?:le\s+)?(?:disent|dit|mentionnent|mentionne|contiennent|contient|précisent|précise|fournissent|fournit)\b.{0,20}\b(?:pas|rien|aucune?)\b
    |\baucune?\s+(?:information|réponse|mention|indication|donnée)\b
    |\bn['’]est\s+pas\s+(?:mentionnée?|précisée?|indiquée?)\b
    |\bno\s+se\s+(?:menciona|indica|especifica|dice|precisa|proporciona|encuentra|puede\s+(?:determinar|responder|saber))n?\b
    |\bno\s+(?:lo\s+)?(?:sé|puedo\s+(?:responder|encontrar)|encontré|encuentro)\b
    |\b(?:documentos?|fuentes?|textos?|contexto)\s+no\s+(?:lo\s+)?(?:dicen|dice|mencionan|menciona|contienen|contiene|indican|indica|proporcionan|proporciona)\b
    |(?:我|我们)?(?:不知道|不清楚|无法回答|無法回答|无法确定)
    |(?:文档|文件|资料|資料|上下文|文中|文本|来源)(?:中|里)?(?:并|也)?(?:没有|沒有|未)(?:提到|提及|说明|說明|包含|提供|给出|相关)
    |没有(?:找到)?(?:相关|足够的?)?(?:信息|资料|答案)
    |(?:わかりません|分かりません|(?:記載|言及|明記)(?:は|が)?(?:されて(?:い)?|あり)ません|書かれていません|情報(?:は|が)(?:ありません|見つかりません))
    |^\W*(?:n/?a|not\s+(?:mentioned|stated|specified)|unknown|unanswerable|no\s+answer|unbekannt|keine\s+antwort|未知|不明)\W*$
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_APOLOGY = re.compile(
    r"\b(?:sorry|afraid|leid|désolée?|siento)\b[,\s]*(?:but|that|aber|mais|pero)\b", re.IGNORECASE
)
_CONCLUDES = re.compile(
    r";\s+|,\s+(?:so|therefore|thus|hence|also|daher|deshalb|donc|por\s+lo\s+que|así\s+que)\s+"
    r"|；|，(?:所以|因此)",
    re.IGNORECASE,
)
_YET = re.compile(
    r"\b(?:but|however|although|yet|nevertheless|aber|jedoch|allerdings|mais|pero|sin\s+embargo)\b"
    r"|但|不过|不過|然而|しかし",
    re.IGNORECASE,
)


def silent(answer: Answer) -> bool:
    """Say whether an answer says nothing, by its own word or by its text."""
    return answer.abstained or says_nothing(answer.text)


@lru_cache(maxsize=16)
def says_nothing(text: str) -> bool:
    """Tell a text that is empty, or all of whose sentences say only that it does not know."""
    if len(text) > LONGEST:
        return not text.strip()
    said = _APOLOGY.sub("sorry, ", squeeze(text))
    if not said:
        return True
    lowered = said.lower()
    if not any(hint in lowered for hint in _HINTS):
        return False
    if not _NOT_KNOWING.search(said) or _YET.search(said):
        return False
    found = [said[start:end] for start, end in sentences(said)]
    parts = [part for one in found for part in _CONCLUDES.split(one)]
    return all(_NOT_KNOWING.search(one) or claims_nothing(one) for one in parts)
