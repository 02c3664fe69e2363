"""Words that decide whether two sentences say the same: opposites, negators, small words.

Lists of ours, by meaning and not by frequency, English unless said otherwise. Nothing here looks at
a text; `words` gives the stems that these lists are compared by.
"""

# ruff: noqa: SIM905 - word lists are read as text

from __future__ import annotations

# Each line: words on the left against words on the right.
OPPOSITES = """
increase rise grow gain expand climb | decrease decline fall drop reduce shrink diminish lower lose
raise | lower reduce cut
high higher highest | low lower lowest
more most | less fewer least fewest
large larger largest big bigger biggest great greater | small smaller smallest little tiny minor
long longer longest | short shorter shortest brief
fast faster fastest quick quickly rapid | slow slower slowest slowly
early earlier earliest | late later latest
before prior | after following
above over | below under beneath
old older oldest | new newer newest young younger youngest
north northern | south southern
east eastern | west western
left | right
allow permit enable accept approve | forbid prohibit ban prevent block deny reject refuse disallow
include contain | exclude omit
accept | reject decline refuse
support endorse favour favor | oppose
agree | disagree
true correct accurate right | false incorrect inaccurate wrong
success succeed successful | failure fail unsuccessful
same identical equal similar | different distinct
always | never sometimes rarely
often frequently usually | rarely seldom
common frequent | rare uncommon
all every everyone everything | none nobody nothing
possible | impossible
able | unable
necessary required mandatory compulsory | unnecessary optional voluntary
public | private
active activate activation | inactive inactivation deactivate inhibit inhibition
activate activation | suppress repress suppression
promote stimulate induce enhance facilitate | inhibit suppress prevent impair block attenuate
promote stimulate enhance upregulate | reduce repress downregulate
improve better best improvement | worsen worse worst deteriorate
positive | negative
strong stronger strongest | weak weaker weakest
strengthen | weaken
safe harmless | dangerous unsafe harmful
cheap cheaper inexpensive | expensive dear costly
rich wealthy | poor
hot warm | cold cool
wet | dry
light | dark heavy
alive living | dead
inside internal inner | outside external outer
present | absent
full | empty
maximum maximal | minimum minimal
major majority | minor minority
sensitive susceptible | resistant insensitive
beneficial | detrimental harmful
legal lawful | illegal unlawful
visible | invisible
easy simple | difficult hard complex
add | remove subtract delete
enable | disable
gain | loss
protect | expose endanger
near close | far distant
wide broad | narrow
deep | shallow
thick | thin
tall | short
up upward | down downward
front | back rear
upper | lower
free | occupied
freedom | slavery
peace | war
morning | evening
summer | winter
ancient | modern
domestic | foreign
urban | rural
temporary | permanent
direct | indirect
friend ally | enemy
love | hate
remember | forget
upgrade | downgrade
independent | dependent
unable | capable
steigen erhöhen zunehmen | sinken senken abnehmen fallen
groß größer | klein kleiner
hoch höher | niedrig niedriger tief
mehr | weniger
vor | nach
alt älter | neu neuer jung jünger
erlaubt | verboten
immer | nie niemals
""".strip()

# Opposites that may well both be true of one thing: her husband and his wife, born and died. They
# count only where one stands in the place of the other.
CONVERSES = """
birth born | death died
father | mother
brother | sister
husband | wife
son | daughter
king | queen
buy purchase | sell
borrow | lend
teach | learn
win victory | lose defeat loss
first | last final
start begin open launch | end finish stop close conclude
import | export
day | night
attack | defend
male men man boy | female women woman girl
enter | exit leave
arrive | depart leave
""".strip()

# Words that carry little: light verbs and words that only hold a sentence together.
WEAK = frozenset(
    """
    able according also although another approach around associated available based became become
    becomes began being called came case certain come comes common consider considered contain
    contains could currently different directly done due during either especially even ever example
    far find finding findings first followed following found gave general generally get gets give
    given gives go goes going got great had help helps however important include included includes
    including involve involved involves its just keep kind know known large later lead leads led let
    like long made mainly make makes making many may mean means might much must named near need
    needs new next number often old one part particular particularly perform performed place play
    plays possible present previously provide provided provides put related respectively result
    resulting results said say says see seem seen several shall show showed shown shows significant
    significantly similar since still take taken takes taking term terms thus together took total
    type types upon use used uses using usually various via want way ways well went whereas whether
    within without work would year years yet
    """.split()
)

NEGATORS = frozenset(
    """
    not no never none nobody nothing neither nor without cannot cant dont doesnt didnt isnt wasnt
    arent werent wont wouldnt shouldnt couldnt hasnt havent hadnt hardly barely scarcely unable
    lack lacks lacked lacking fail fails failed absence
    nicht kein keine keinen keinem keiner keines nie niemals ohne weder
    不 没 沒 无 無 未
    """.split()
)
# After these a negator negates nothing: "not only", "no later than", "no doubt".
NOT_NEGATED = frozenset("only just merely least later less more fewer doubt nur".split())

# How much a quantifier claims; a claim may not say more than its source.
QUANTIFIERS = {
    **dict.fromkeys(
        "all every each always entirely everyone alle jeder jede jedes immer".split(), 3
    ),
    **dict.fromkeys("most majority mostly usually generally meisten meist mehrheit".split(), 2),
    **dict.fromkeys(
        "some several few sometimes occasionally many certain einige manche manchmal".split(),
        1,
    ),
}
OBLIGATION = frozenset(
    "must required mandatory obliged obligatory shall muss müssen pflicht".split()
)
PERMISSION = frozenset("may can might could optional kann können darf dürfen".split())
PRONOUNS = frozenset(
    """
    he she it they him her them his its their this that these those who which
    er sie es ihm ihn ihr ihnen sein seine ihre dieser diese dieses
    """.split()
)
