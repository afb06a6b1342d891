"""Which words can be Vietnamese syllables: onset, rhyme and tone of the written language.

Used to weigh whether a text is garbled, never to reject a name: H'Hen, Y Bhut and K'Sor are names too.

Not here: the repair itself (`vietnamese.legacy`).
"""

import re

from vietnamese.tones import split_tone

_ONSETS = "ngh|ng|nh|n|ch|c|gh|g|kh|k|ph|p|qu|th|tr|t|b|d|đ|h|l|m|r|s|v|x"  # longer ones first
_RHYMES = frozenset(
    """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên êng ênh êp êt êu
    i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
    o oc oi om on ong oong ooc op ot oa oac oach oai oam oan oang oanh oao oap oat oay oe oen oeo oet
    oăc oăm oăn oăng oăt ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uc ui um un ung up ut uân uâng uât uây uê uêch uên uênh uêt uơ uôc uôi uôm uôn uông uôt
    uy uya uych uyên uyêt uynh uyt uyu uyn ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
    y yêm yên yêng yêt yêu ych ynh yt
    """.split()  # noqa: SIM905 - a table of words reads as text
)
_STOPS = ("c", "ch", "p", "t")  # a syllable ending in a stop has only sắc or nặng
_SAC_OR_NANG = (4, 5)
_PARTS = re.compile(rf"^({_ONSETS})?(\w+)$")
_LONGEST = 7  # nghiêng


def is_syllable(word: str) -> bool:
    """Whether one word, in NFC and any case, is a well-formed Vietnamese syllable ("Nguyễn", "qua")."""
    bare, rank = split_tone(word.lower())
    if not 0 < len(bare) <= _LONGEST or not bare.isalpha():
        return False
    return any(rhyme in _RHYMES and (not rhyme.endswith(_STOPS) or rank in _SAC_OR_NANG) for rhyme in _rhymes_of(bare))


def _rhymes_of(bare: str) -> list[str]:
    """The ways to read a toneless syllable: "gi" is an onset or g + i, "qu" keeps its u out of the rhyme."""
    if bare.startswith("gi"):
        return [bare[2:], bare[1:], "i" + bare[2:]]
    match = _PARTS.match(bare)
    return [match[2]] if match else []
