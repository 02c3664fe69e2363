"""The small words of each language: what tells languages apart and what a search may ignore.

Lists of ours, by ISO 639-1 code: articles, pronouns, prepositions, conjunctions, auxiliaries. Lower
case, with their accents. Words that carry a topic are left out even where they are frequent.
"""

# ruff: noqa: RUF001 - the letters of other languages look like ours

from __future__ import annotations

_LISTS = {
    # Latin script
    "en": """
        a about above after again all also am an and any are as at be because been
        before being below between both but by can could d did do does doing don down
        during each few for from further had has have having he her here hers him his
        how i if in into is it its itself just ll me more most my no nor not now of off
        on once only or other our out over own re s same she should so some such t than
        that the their them then there these they this those through to too under until
        up upon ve very was we were what when where which while who whom whose why will
        with would you your
    """,
    "de": """
        aber alle allem allen aller alles als also am an auch auf aus bei beim bin bis
        bist da damit dann das dass dem den denn der des dich die dies diese diesem
        diesen dieser dieses dir doch dort du durch ein eine einem einen einer eines er
        es etwas euch für gegen hat hatte hatten hier hinter ich ihm ihn ihr ihre ihrem
        ihren ihrer im in ins ist ja jede jedem jeden jeder jedes kann kein keine keinen
        können mein meine mich mir mit muss nach nicht noch nun nur ob oder ohne sehr
        sein seine seinem seinen seiner sich sie sind so sondern sowie um und uns unter
        vom von vor wann war waren warum was wegen weil welche welchem welchen welcher
        welches wem wen wenn wer werden wie wieder wird wo wurde wurden während zu zum
        zur zwischen über
    """,
    "fr": """
        ai au aux avec avait c ce ces cet cette ceux comme comment d dans de des dont du
        elle elles en encore est et eu eux était étaient été être fut il ils j je l la
        le les leur leurs lors lui m ma mais me mes moi mon même n ne nos notre nous on
        ont ou où par pas plus pour pourquoi quand que quel quelle quelles quels qu qui
        s sa sans se ses si son sont sous sur t ta te tes toi ton tous tout toute toutes
        très tu un une vos votre vous y à
    """,
    "es": """
        a al algo algunos ante antes así aunque como con contra cual cuando cuál cuándo
        cómo de del desde donde dos durante dónde e el ella ellas ellos en entre era
        eran es esa ese eso esta estaba este esto estos está están fue fueron ha había
        han hasta hay la las le les lo los me mi mientras muy más ni no nos o otra otro
        otros para pero poco por porque que quien quién qué se ser si sin sobre son su
        sus sí también tan tanto te tiene todo todos tu un una uno unos y ya yo
    """,
    "it": """
        a ad agli ai al alla alle allo anche avere aveva c che chi ci come con contro
        cosa cui d da dagli dai dal dalla dalle degli dei del dell della delle dello di
        dopo dove durante e ed era erano essere fu gli ha hanno i il in io l la le lei
        li lo loro lui ma mentre mi molto ne negli nei nel nell nella nelle nello noi
        non nostro o ogni per perchè perché però più prima quale quali quando quanto
        quella quello questa queste questi questo qui sono stata stato sua sue sugli sui
        sul sulla sulle suo suoi tra tutti tutto un una uno verso è
    """,
    "pt": """
        a ao aos após as até com como contra da das de dela dele deles depois desde do
        dos durante e ela elas ele eles em entre era eram essa esse esta estava este
        está eu foi foram há isso isto já lhe mais mas me mesmo meu minha muito na nas
        nem no nos nossa num numa não nós o onde os ou para pela pelas pelo pelos por
        porque qual quando que quem se seja sem ser seu seus sobre sua suas são só
        também te tem tinha têm um uma você vão à às é
    """,
    "nl": """
        aan al alle als bij dan dat de deze die dit doch doen door dus een en er geen
        had hadden heb hebben heeft hem het hier hij hoe hun ik in is ja je kan kon
        kunnen maar me meer men met mij mijn na naar niet niets nog nu of om omdat onder
        ons ook op over te tegen toch toen tot u uit uw van veel voor waar waarom want
        waren was wat welke wel werd werden wie wij worden wordt ze zei zelf zich zij
        zijn zo zonder zou zullen
    """,
    "sv": """
        all alla att av blev bli de dem den denna dess dessa det detta dig din du där då
        efter ej eller en er ett från för ha hade han hans har hennes hon honom hur här
        i icke inom inte jag ju kan kunde man med mellan men mig min mot mycket ni nu
        när någon något några och om oss på samma sedan sig sin sitt själv skulle som så
        till under upp ut utan vad var vara varför varje vem vi vid vilka vilken vilket
        vår över är åt
    """,
    "da": """
        ad af alle alt at blev blive bliver da de dem den denne der deres det dette dig
        din disse du efter eller en end er et for fra ham han hans har havde hende
        hendes her hun hvad hvem hvilken hvilket hvis hvor hvordan hvorfor i ikke ind
        jeg jo kan kunne man mange med meget mellem men mig min mod ned noget nogle
        nogen nu når og også om op os over på selv sig sin skal skulle som så til ud
        uden under var vi vil ville være været
    """,
    "no": """
        alle at av begge ble bli blir da de deg dem den denne der deres det dette din
        disse du eller en enn er et ett etter for fordi fra ha hadde han hans har henne
        hennes her hun hva hvem hvilke hvilken hvis hvor hvordan hvorfor i ikke inn jeg
        kan kunne man mange med meg mellom men min mot mye ned noe noen nå når og også
        om opp oss over på selv seg sin skal skulle som så til ut uten under var vi vil
        ville være vært
    """,
    "fi": """
        ei eivät emme en ennen että he hän häntä hänen ilman itse ja jo joiden joka
        jolla jonka jos jossa jota jotka jälkeen kanssa koska kuin kuinka kuka kun kuten
        lähes me mikä miksi milloin missä mitä mutta myös ne niiden niin niitä noin nyt
        ole olen oli olivat olla on onko ovat sekä sen se siellä sillä siinä sitä tai te
        tämä tämän tässä tätä vaan vai vain vielä voi
    """,
    "pl": """
        a aby albo ale bardzo bez będzie być był była było były co czy dla do gdy gdzie
        go i ich ile im ja jak jako je jego jej jest jeszcze jeśli już kiedy kto która
        które którego której który którzy lub ma mi mnie może my na nad nie niż o od on
        ona oni oraz po pod podczas ponieważ przed przez przy są się tak także tam tego
        tej ten to tu ty tych tylko tym w we więc wszystko z za ze że
    """,
    "tr": """
        ama ancak artık az bana bazı belki ben beni benim bir biz bize bu buna bunlar
        bunu bunun burada da daha de değil diye dolayı en gibi hangi hem her hiç için
        ile ilgili ise kadar karşı ki kim mi mı mu mü nasıl ne neden nerede o olan
        olarak oldu olduğu on ona onlar onların onu onun olmak sen siz sonra şey şu
        tarafından üzere ve veya ya yani yer çok çünkü vardır vardı
    """,
    "ro": """
        a acea aceasta această aceste acest ai al ale am ar are astfel au avea că ca
        care ce cel cele cea cei cine cu cum când dar de decât deci din după ea ei el
        ele era erau este eu fi fie fost iar în într într-o îi își la le lor lui mai ne
        nici noi nu o ori pe pentru prin sa sale sau se spre sub sunt să și toate toți
        un una unde unei unui unor vă
    """,
    "hu": """
        a az abban ahol aki akkor ami amely amelyek amikor arra azok azon azt be csak de
        egy el előtt ez ezek ezen ezt és fel ha hanem hogy hogyan ide igen is így itt ki
        kell késő közül között le lehet lesz leszi ma majd már meg mert mely mi mikor
        mint minden mit most ne nem neki nincs olyan ő ők össze pedig s sem szerint
        számára több úgy után utána vagy van vannak volt voltak ami
    """,
    "cs": """
        a aby ale ani až bez bude by byl byla byli bylo být co což do ho i ja jak jako
        je jeho jejich její jen jenž ještě ji jsem jsou k kde kdo kdy když ke která
        které který kteří ku kvůli mezi mi mu má mít může na nad ne nebo není než o od
        on ona oni po pod podle pouze pro proto protože proč před při s se si sice ta
        tak také takže tam ten tento to toho tom tu ty u už v ve více však všech z za ze
        že
    """,
    "ca": """
        a al als amb aquest aquesta aquests com de del dels des després el ella ells els
        em en entre era és està ha han hi i ja la les li llur lo més molt na no o on per
        perquè però què qui quan que s'ha se sense ser seu seva són sobre també tot tots
        un una unes uns va van
    """,
    "id": """
        ada adalah agar akan aku anda antara apa atau bagi bahwa bisa dalam dan dapat
        dari dengan di dia hanya harus ia ini itu jika juga kami karena ke kepada kita
        lagi lebih mereka oleh pada saat saya sebagai secara sebuah seperti serta sudah
        telah tidak untuk yang
    """,
    "vi": """
        bị bởi các cái cho chúng có cùng của cũng đã đang để đến đó được hay hơn không
        khi là lại lên mà mỗi một này năm nên nếu người nhiều như những nhưng ở phải qua
        ra rằng rất sau sẽ tại theo thì trên trong từ và vào về với vì
    """,
    # Cyrillic script
    "ru": """
        а без более бы был была были было быть в вас весь во вот все всё вы где да для
        до его ее её если есть еще ещё же за и из или им их к как какой когда кто
        который ли между меня мне мы на над нас не него нет ни но о об однако он она они
        оно от перед по под при про с со так также там то того тоже только том ты у уже
        чего чем что чтобы эта эти это этого этой этот я
    """,
    "uk": """
        а або але без був була були було бути в ви від він вона вони воно все всі де для
        до її його за з зі із і й їх їхній коли кого котрий ми між на над не ні ним них
        о об один при про під після та так також там те ти то того тому у це цей цього
        ці чи через що щоб як який яка які якщо є я
    """,
    "bg": """
        а ако бе без беше би в вече ви все всички във да до докато е за заради защо и из
        или им има как като ко когато което които кой която към ли между ми може му на
        над най не него нея ни но няма обаче около от по под през при с са само се си
        след сме съм със също тази така там те то това този той тя че ще я
    """,
    "sr": """
        а али ако би био била били било бити већ где да до док за због и из или им има
        их ја је јер као када кад које која који кроз ли међу ми мој на над не него није
        но њега његов о од он она они по под после при са само се си сам смо су сви та
        тако такође те ти то у уз што што
    """,
    "mk": """
        а ако би беше без биде биле во да де до додека е зa за зошто и из или има им
        како кога кои која кое кој кон ли меѓу ми може му на над не него ни но овој оваа
        ова од околу по под при само се со сите сум така таа тие тоа тој тука ќе што
    """,
    "be": """
        а або але без быў была былі было быць в вы гэта гэты гэтым да для до ён яна яны
        яно за з і й іх калі каб ад не ні на над мы пры пра па пад са так таксама там то
        у ў усе што як які якая якія яго яе ці ж
    """,
    # Arabic script
    "ar": """
        إلى أن أو أي إذا التي الذي الذين أنه أنها إن بعد بها به بين تم حتى حيث دون ذلك
        عن على عند في فيه فيها قبل قد كان كانت كل كما كيف لا لكن لم لها له ما متى مع من
        منذ من هذا هذه هل هناك هو هي هم وهو وهي يكون
    """,
    "fa": """
        آن آنها است این اما اگر از او با باید بر برای بود بودند به پس پیش تا چه چرا چون
        چگونه خود در دارد را شد شده شود که کرد کرده کند کجا ما مورد می نیز نیست هر هم
        همه همین و هایی ها های یا یک
    """,
    "ur": """
        اس ان اور اپنے ایک بھی پر تک تھا تھی تھے تو جو جس سے کا کر کو کی کیا کے گیا لیے
        میں نے نہیں وہ ہو ہوئے ہے ہیں یا یہ
    """,
    # Devanagari
    "hi": """
        अपने अब आप इन इस इसके इसे उन उनके उस उसके एक एवं ऐसे और कर करते करने का कि किया
        किसी की कुछ के को कोई कौन क्या क्यों कैसे कब गया जब जहाँ जा जो तक तो था थी थे दो
        द्वारा न नहीं ने पर बाद भी में यह या ये रहा रहे लिए वह वाले वे से हुआ हुई हुए है
        हैं हो होता
    """,
    "mr": """
        आणि आहे आहेत असे असून आता एक कि का काय की केला केली केले च्या चा ची चे झाला झाली
        झाले तर ते ती तो त्या त्यांना त्याच्या नाही ने पण मध्ये मी या यांनी येथे व वर हा
        ही हे होता होते होती
    """,
    "ne": """
        अनि एक एउटा को का कि की गरेको गर्न गर्ने छ छन् छैन तथा त्यो थियो थिए न पनि बाट
        भएको भने मा मात्र यस यो र रहेको लाई ले हुन् हुने हो
    """,
}

FUNCTION_WORDS: dict[str, frozenset[str]] = {
    language: frozenset(words.split()) for language, words in _LISTS.items()
}
