"""Words that say the same: near-synonyms, and irregular forms with the word they belong to.

Lists of ours, by meaning and not by frequency, English. Nothing here looks at a text; `words`
gives the stems that these lists are compared by.
"""

from __future__ import annotations

# Each line: words that may stand for each other where all else is equal.
ALIKE = """
begin start commence launch open
end finish stop conclude complete terminate
buy purchase acquire obtain get
big large huge great major sizeable
small little tiny minor
fast quick rapid swift
show demonstrate reveal indicate display exhibit
help aid assist support
use utilise utilize employ apply
make create produce build construct manufacture
build construct erect
give provide supply offer grant deliver
get receive obtain gain earn
ask request demand
answer reply respond response
say state tell declare announce report
need require demand
happen occur take-place arise
keep retain maintain preserve
choose select pick elect
change alter modify
fix repair mend
repay refund reimburse reimbursement
pay paid payment compensate
cost price fee charge
send ship dispatch deliver
allow permit let enable
forbid prohibit ban
stop halt cease
near close nearby
about approximately roughly around nearly
car automobile vehicle
doctor physician
film movie
picture image photo photograph
job occupation profession work
company firm business corporation
employee worker staff
customer client buyer
child kid children
people person persons individual inhabitant resident population
house home residence
live reside dwell inhabit
city town
country nation state
area region zone district
street road
war conflict
battle fight combat
win triumph beat defeat
defeat beat overcome
lead head direct
leader head chief
kill murder slay
die death decease dead
born birth
famous renowned well-known noted celebrated known
important significant key crucial vital essential
main primary principal chief central
increase rise grow growth raise elevate elevation higher enhance upregulate
decrease reduce decline fall drop lower diminish reduction decreased downregulate
cause induce trigger lead result
promote stimulate facilitate encourage enhance
inhibit suppress block repress inhibition prevent
improve enhance better
link associate connect relate correlate association relation relationship correlation
contain include comprise hold
consist comprise compose
cover include
result outcome effect consequence finding
aim goal purpose objective target
way method approach technique manner
part portion section component
kind type sort form
number amount quantity
total sum overall
whole entire complete full
year annual annually yearly
month monthly
day daily
week weekly
old aged elderly ancient
new recent novel
first initially original earliest
last final latest
often frequently commonly
usually normally typically generally
main chief
different distinct various
similar alike comparable
rich wealthy
poor impoverished
teach instruct educate
learn study
think believe consider regard
call name term title dub
found establish set-up create founded
join enter
leave depart exit
go travel move
return come-back
meet encounter
play perform
write author written compose
author writer
sing perform
singer vocalist
actor actress performer
movie film
song track single
band group
team side squad club
match game
record album
university college
school academy
student pupil
teacher instructor
law legislation act
rule regulation
court tribunal
police officer
army military troops force
ruler king monarch
church religious
ship vessel boat
plane aircraft airplane
river stream
mountain peak
sea ocean
illness disease disorder sickness
cancer tumor tumour carcinoma malignancy
medicine drug medication
therapy treatment treat
patient sufferer
test trial experiment
mouse mice murine
human people person
woman women female
man men male
cell cellular
heart cardiac cardiovascular
kidney renal
liver hepatic
lung pulmonary
brain cerebral neural
blood serum plasma
gene genetic
protein polypeptide
mutation mutant variant
death mortality
risk likelihood chance probability hazard
age aging ageing
weight mass
error mistake fault
problem issue trouble
danger risk hazard
safe secure
begin onset
fight combat
money funds cash
permit licence license
height tall
american us usa america united-states
british uk britain
english england
nationality
located situated situate lie locate
capital
largest biggest
""".strip()

# Irregular forms -> the word that stemming would not find.
_IRREGULAR_LIST = """
was were been is are am:be | began begun:begin | became:become | bore borne:bear | beat beaten:beat
bought:buy | built:build | brought:bring | broke broken:break | caught:catch | chose chosen:choose
came:come | dealt:deal | did done does:do | drew drawn:draw | drove driven:drive | drank drunk:drink
ate eaten:eat | fell fallen:fall | felt:feel | fought:fight | found:find | flew flown:fly
forgot forgotten:forget | froze frozen:freeze | gave given:give | went gone:go | grew grown:grow
had has:have | heard:hear | held:hold | hid hidden:hide | kept:keep | knew known:know | led:lead
left:leave | lent:lend | lost:lose | made:make | meant:mean | met:meet | paid:pay | rode ridden:ride
rose risen:rise | ran:run | said:say | saw seen:see | sold:sell | sent:send | shook shaken:shake
shone:shine | shot:shoot | shrank shrunk:shrink | sang sung:sing | sank sunk:sink | sat:sit
slept:sleep | spoke spoken:speak | spent:spend | stood:stand | stole stolen:steal | struck:strike
swore sworn:swear | swam swum:swim | took taken:take | taught:teach | told:tell | thought:think
threw thrown:throw | understood:understand | woke woken:wake | wore worn:wear | won:win
wrote written:write | men:man | women:woman | children:child | people:person | mice:mouse
feet:foot | teeth:tooth | wives:wife | analyses:analysis | criteria:criterion
died dies dying dead:die | lay lain:lie | laid:lay | overcame:overcome | withdrew withdrawn:withdraw
arose arisen:arise | underwent:undergo | bound:bind | fed:feed | fled:flee | sought:seek
"""
IRREGULAR = {
    form: base.strip()
    for line in _IRREGULAR_LIST.strip().splitlines()
    for entry in line.split("|")
    for forms, base in [entry.split(":")]
    for form in forms.split()
}
