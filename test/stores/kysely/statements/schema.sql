-- 0001_scim: up
create table scim_users (user_name text not null, tenant text not null, id uuid not null, version bigint not null, created timestamptz not null, last_modified timestamptz not null, external_id text, document jsonb not null, primary key (tenant, id));
create unique index scim_users_user_name on scim_users (tenant, lower(user_name));
create index scim_users_order on scim_users (tenant, (lower(user_name) collate "C"), id);
create index scim_users_external_id on scim_users (tenant, external_id);
create index scim_users_emails on scim_users using gin ((lower((document -> 'emails')::text)::jsonb) jsonb_path_ops);
create table scim_groups (display_name text not null, tenant text not null, id uuid not null, version bigint not null, created timestamptz not null, last_modified timestamptz not null, external_id text, document jsonb not null, primary key (tenant, id));
create unique index scim_groups_display_name on scim_groups (tenant, lower(display_name));
create index scim_groups_order on scim_groups (tenant, (lower(display_name) collate "C"), id);
create index scim_groups_external_id on scim_groups (tenant, external_id);
create table scim_members (tenant text not null, group_id uuid not null, member_id text not null, type text, display text, primary key (tenant, group_id, member_id), foreign key (tenant, group_id) references scim_groups (tenant, id) on delete cascade);
create index scim_members_member on scim_members (tenant, member_id, group_id);

-- 0001_scim: down
drop table scim_members;
drop table scim_groups;
drop table scim_users;

-- 0001_scim_folding_16: up
create or replace function scim_fold_16(value text) returns text language plpgsql immutable strict parallel safe as $$
begin
  if octet_length(value) = length(value) then return lower(value collate "C"); end if;
  if value ~ ('[µ-Ɏ]' collate "C") then value := translate(value, 'µÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮĲĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽſƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƠƢƤƦƧƩƬƮƯƱƲƳƵƷƸƼǄǅǇǈǊǋǍǏǑǓǕǗǙǛǞǠǢǤǦǨǪǬǮǱǲǴǶǷǸǺǼǾȀȂȄȆȈȊȌȎȐȒȔȖȘȚȜȞȠȢȤȦȨȪȬȮȰȲȺȻȽȾɁɃɄɅɆɈɊɌɎ', 'μàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįĳĵķĺļľŀłńņňŋōŏőœŕŗřśŝşšţťŧũūŭůűųŵŷÿźżžsɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵơƣƥʀƨʃƭʈưʊʋƴƶʒƹƽǆǆǉǉǌǌǎǐǒǔǖǘǚǜǟǡǣǥǧǩǫǭǯǳǳǵƕƿǹǻǽǿȁȃȅȇȉȋȍȏȑȓȕȗșțȝȟƞȣȥȧȩȫȭȯȱȳⱥȼƚⱦɂƀʉʌɇɉɋɍɏ'); end if;
  if value ~ ('[ͅ-Ֆ]' collate "C") then value := translate(value, 'ͅͰͲͶͿΆΈΉΊΌΎΏΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΪΫςϏϐϑϕϖϘϚϜϞϠϢϤϦϨϪϬϮϰϱϴϵϷϹϺϽϾϿЀЁЂЃЄЅІЇЈЉЊЋЌЍЎЏАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѶѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӁӃӅӇӉӋӍӐӒӔӖӘӚӜӞӠӢӤӦӨӪӬӮӰӲӴӶӸӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖ', 'ιͱͳͷϳάέήίόύώαβγδεζηθικλμνξοπρστυφχψωϊϋσϗβθφπϙϛϝϟϡϣϥϧϩϫϭϯκρθεϸϲϻͻͼͽѐёђѓєѕіїјљњћќѝўџабвгдежзийклмнопрстуфхцчшщъыьэюяѡѣѥѧѩѫѭѯѱѳѵѷѹѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӂӄӆӈӊӌӎӑӓӕӗәӛӝӟӡӣӥӧөӫӭӯӱӳӵӷӹӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ'); end if;
  if value ~ ('[Ⴀ-Ⓩ]' collate "C") then value := translate(value, 'ႠႡႢႣႤႥႦႧႨႩႪႫႬႭႮႯႰႱႲႳႴႵႶႷႸႹႺႻႼႽႾႿჀჁჂჃჄჅჇჍᏸᏹᏺᏻᏼᏽᲀᲁᲂᲃᲄᲅᲆᲇᲈᲉᲐᲑᲒᲓᲔᲕᲖᲗᲘᲙᲚᲛᲜᲝᲞᲟᲠᲡᲢᲣᲤᲥᲦᲧᲨᲩᲪᲫᲬᲭᲮᲯᲰᲱᲲᲳᲴᲵᲶᲷᲸᲹᲺᲽᲾᲿḀḂḄḆḈḊḌḎḐḒḔḖḘḚḜḞḠḢḤḦḨḪḬḮḰḲḴḶḸḺḼḾṀṂṄṆṈṊṌṎṐṒṔṖṘṚṜṞṠṢṤṦṨṪṬṮṰṲṴṶṸṺṼṾẀẂẄẆẈẊẌẎẐẒẔẛẞẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸỺỼỾἈἉἊἋἌἍἎἏἘἙἚἛἜἝἨἩἪἫἬἭἮἯἸἹἺἻἼἽἾἿὈὉὊὋὌὍὙὛὝὟὨὩὪὫὬὭὮὯᾈᾉᾊᾋᾌᾍᾎᾏᾘᾙᾚᾛᾜᾝᾞᾟᾨᾩᾪᾫᾬᾭᾮᾯᾸᾹᾺΆᾼιῈΈῊΉῌΐῘῙῚΊΰῨῩῪΎῬῸΌῺΏῼΩKÅℲⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫⅬⅭⅮⅯↃⒶⒷⒸⒹⒺⒻⒼⒽⒾⒿⓀⓁⓂⓃⓄⓅⓆⓇⓈⓉⓊⓋⓌⓍⓎⓏ', 'ⴀⴁⴂⴃⴄⴅⴆⴇⴈⴉⴊⴋⴌⴍⴎⴏⴐⴑⴒⴓⴔⴕⴖⴗⴘⴙⴚⴛⴜⴝⴞⴟⴠⴡⴢⴣⴤⴥⴧⴭᏰᏱᏲᏳᏴᏵвдосттъѣꙋᲊაბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰჱჲჳჴჵჶჷჸჹჺჽჾჿḁḃḅḇḉḋḍḏḑḓḕḗḙḛḝḟḡḣḥḧḩḫḭḯḱḳḵḷḹḻḽḿṁṃṅṇṉṋṍṏṑṓṕṗṙṛṝṟṡṣṥṧṩṫṭṯṱṳṵṷṹṻṽṿẁẃẅẇẉẋẍẏẑẓẕṡßạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹỻỽỿἀἁἂἃἄἅἆἇἐἑἒἓἔἕἠἡἢἣἤἥἦἧἰἱἲἳἴἵἶἷὀὁὂὃὄὅὑὓὕὗὠὡὢὣὤὥὦὧᾀᾁᾂᾃᾄᾅᾆᾇᾐᾑᾒᾓᾔᾕᾖᾗᾠᾡᾢᾣᾤᾥᾦᾧᾰᾱὰάᾳιὲέὴήῃΐῐῑὶίΰῠῡὺύῥὸόὼώῳωkåⅎⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅺⅻⅼⅽⅾⅿↄⓐⓑⓒⓓⓔⓕⓖⓗⓘⓙⓚⓛⓜⓝⓞⓟⓠⓡⓢⓣⓤⓥⓦⓧⓨⓩ'); end if;
  if value ~ ('[Ⰰ-Ⳳ]' collate "C") then value := translate(value, 'ⰀⰁⰂⰃⰄⰅⰆⰇⰈⰉⰊⰋⰌⰍⰎⰏⰐⰑⰒⰓⰔⰕⰖⰗⰘⰙⰚⰛⰜⰝⰞⰟⰠⰡⰢⰣⰤⰥⰦⰧⰨⰩⰪⰫⰬⰭⰮⰯⱠⱢⱣⱤⱧⱩⱫⱭⱮⱯⱰⱲⱵⱾⱿⲀⲂⲄⲆⲈⲊⲌⲎⲐⲒⲔⲖⲘⲚⲜⲞⲠⲢⲤⲦⲨⲪⲬⲮⲰⲲⲴⲶⲸⲺⲼⲾⳀⳂⳄⳆⳈⳊⳌⳎⳐⳒⳔⳖⳘⳚⳜⳞⳠⳢⳫⳭⳲ', 'ⰰⰱⰲⰳⰴⰵⰶⰷⰸⰹⰺⰻⰼⰽⰾⰿⱀⱁⱂⱃⱄⱅⱆⱇⱈⱉⱊⱋⱌⱍⱎⱏⱐⱑⱒⱓⱔⱕⱖⱗⱘⱙⱚⱛⱜⱝⱞⱟⱡɫᵽɽⱨⱪⱬɑɱɐɒⱳⱶȿɀⲁⲃⲅⲇⲉⲋⲍⲏⲑⲓⲕⲗⲙⲛⲝⲟⲡⲣⲥⲧⲩⲫⲭⲯⲱⲳⲵⲷⲹⲻⲽⲿⳁⳃⳅⳇⳉⳋⳍⳏⳑⳓⳕⳗⳙⳛⳝⳟⳡⳣⳬⳮⳳ'); end if;
  if value ~ ('[Ꙁ-ﬅ]' collate "C") then value := translate(value, 'ꙀꙂꙄꙆꙈꙊꙌꙎꙐꙒꙔꙖꙘꙚꙜꙞꙠꙢꙤꙦꙨꙪꙬꚀꚂꚄꚆꚈꚊꚌꚎꚐꚒꚔꚖꚘꚚꜢꜤꜦꜨꜪꜬꜮꜲꜴꜶꜸꜺꜼꜾꝀꝂꝄꝆꝈꝊꝌꝎꝐꝒꝔꝖꝘꝚꝜꝞꝠꝢꝤꝦꝨꝪꝬꝮꝹꝻꝽꝾꞀꞂꞄꞆꞋꞍꞐꞒꞖꞘꞚꞜꞞꞠꞢꞤꞦꞨꞪꞫꞬꞭꞮꞰꞱꞲꞳꞴꞶꞸꞺꞼꞾꟀꟂꟄꟅꟆꟇꟉꟋꟌꟐꟖꟘꟚꟜꟵꭰꭱꭲꭳꭴꭵꭶꭷꭸꭹꭺꭻꭼꭽꭾꭿꮀꮁꮂꮃꮄꮅꮆꮇꮈꮉꮊꮋꮌꮍꮎꮏꮐꮑꮒꮓꮔꮕꮖꮗꮘꮙꮚꮛꮜꮝꮞꮟꮠꮡꮢꮣꮤꮥꮦꮧꮨꮩꮪꮫꮬꮭꮮꮯꮰꮱꮲꮳꮴꮵꮶꮷꮸꮹꮺꮻꮼꮽꮾꮿﬅ', 'ꙁꙃꙅꙇꙉꙋꙍꙏꙑꙓꙕꙗꙙꙛꙝꙟꙡꙣꙥꙧꙩꙫꙭꚁꚃꚅꚇꚉꚋꚍꚏꚑꚓꚕꚗꚙꚛꜣꜥꜧꜩꜫꜭꜯꜳꜵꜷꜹꜻꜽꜿꝁꝃꝅꝇꝉꝋꝍꝏꝑꝓꝕꝗꝙꝛꝝꝟꝡꝣꝥꝧꝩꝫꝭꝯꝺꝼᵹꝿꞁꞃꞅꞇꞌɥꞑꞓꞗꞙꞛꞝꞟꞡꞣꞥꞧꞩɦɜɡɬɪʞʇʝꭓꞵꞷꞹꞻꞽꞿꟁꟃꞔʂᶎꟈꟊɤꟍꟑꟗꟙꟛƛꟶᎠᎡᎢᎣᎤᎥᎦᎧᎨᎩᎪᎫᎬᎭᎮᎯᎰᎱᎲᎳᎴᎵᎶᎷᎸᎹᎺᎻᎼᎽᎾᎿᏀᏁᏂᏃᏄᏅᏆᏇᏈᏉᏊᏋᏌᏍᏎᏏᏐᏑᏒᏓᏔᏕᏖᏗᏘᏙᏚᏛᏜᏝᏞᏟᏠᏡᏢᏣᏤᏥᏦᏧᏨᏩᏪᏫᏬᏭᏮᏯﬆ'); end if;
  if value ~ ('[Ａ-Ｚ]' collate "C") then value := translate(value, 'ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ', 'ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ'); end if;
  if value ~ ('[𐐀-𞤡]' collate "C") then value := translate(value, '𐐀𐐁𐐂𐐃𐐄𐐅𐐆𐐇𐐈𐐉𐐊𐐋𐐌𐐍𐐎𐐏𐐐𐐑𐐒𐐓𐐔𐐕𐐖𐐗𐐘𐐙𐐚𐐛𐐜𐐝𐐞𐐟𐐠𐐡𐐢𐐣𐐤𐐥𐐦𐐧𐒰𐒱𐒲𐒳𐒴𐒵𐒶𐒷𐒸𐒹𐒺𐒻𐒼𐒽𐒾𐒿𐓀𐓁𐓂𐓃𐓄𐓅𐓆𐓇𐓈𐓉𐓊𐓋𐓌𐓍𐓎𐓏𐓐𐓑𐓒𐓓𐕰𐕱𐕲𐕳𐕴𐕵𐕶𐕷𐕸𐕹𐕺𐕼𐕽𐕾𐕿𐖀𐖁𐖂𐖃𐖄𐖅𐖆𐖇𐖈𐖉𐖊𐖌𐖍𐖎𐖏𐖐𐖑𐖒𐖔𐖕𐲀𐲁𐲂𐲃𐲄𐲅𐲆𐲇𐲈𐲉𐲊𐲋𐲌𐲍𐲎𐲏𐲐𐲑𐲒𐲓𐲔𐲕𐲖𐲗𐲘𐲙𐲚𐲛𐲜𐲝𐲞𐲟𐲠𐲡𐲢𐲣𐲤𐲥𐲦𐲧𐲨𐲩𐲪𐲫𐲬𐲭𐲮𐲯𐲰𐲱𐲲𐵐𐵑𐵒𐵓𐵔𐵕𐵖𐵗𐵘𐵙𐵚𐵛𐵜𐵝𐵞𐵟𐵠𐵡𐵢𐵣𐵤𐵥𑢠𑢡𑢢𑢣𑢤𑢥𑢦𑢧𑢨𑢩𑢪𑢫𑢬𑢭𑢮𑢯𑢰𑢱𑢲𑢳𑢴𑢵𑢶𑢷𑢸𑢹𑢺𑢻𑢼𑢽𑢾𑢿𖹀𖹁𖹂𖹃𖹄𖹅𖹆𖹇𖹈𖹉𖹊𖹋𖹌𖹍𖹎𖹏𖹐𖹑𖹒𖹓𖹔𖹕𖹖𖹗𖹘𖹙𖹚𖹛𖹜𖹝𖹞𖹟𞤀𞤁𞤂𞤃𞤄𞤅𞤆𞤇𞤈𞤉𞤊𞤋𞤌𞤍𞤎𞤏𞤐𞤑𞤒𞤓𞤔𞤕𞤖𞤗𞤘𞤙𞤚𞤛𞤜𞤝𞤞𞤟𞤠𞤡', '𐐨𐐩𐐪𐐫𐐬𐐭𐐮𐐯𐐰𐐱𐐲𐐳𐐴𐐵𐐶𐐷𐐸𐐹𐐺𐐻𐐼𐐽𐐾𐐿𐑀𐑁𐑂𐑃𐑄𐑅𐑆𐑇𐑈𐑉𐑊𐑋𐑌𐑍𐑎𐑏𐓘𐓙𐓚𐓛𐓜𐓝𐓞𐓟𐓠𐓡𐓢𐓣𐓤𐓥𐓦𐓧𐓨𐓩𐓪𐓫𐓬𐓭𐓮𐓯𐓰𐓱𐓲𐓳𐓴𐓵𐓶𐓷𐓸𐓹𐓺𐓻𐖗𐖘𐖙𐖚𐖛𐖜𐖝𐖞𐖟𐖠𐖡𐖣𐖤𐖥𐖦𐖧𐖨𐖩𐖪𐖫𐖬𐖭𐖮𐖯𐖰𐖱𐖳𐖴𐖵𐖶𐖷𐖸𐖹𐖻𐖼𐳀𐳁𐳂𐳃𐳄𐳅𐳆𐳇𐳈𐳉𐳊𐳋𐳌𐳍𐳎𐳏𐳐𐳑𐳒𐳓𐳔𐳕𐳖𐳗𐳘𐳙𐳚𐳛𐳜𐳝𐳞𐳟𐳠𐳡𐳢𐳣𐳤𐳥𐳦𐳧𐳨𐳩𐳪𐳫𐳬𐳭𐳮𐳯𐳰𐳱𐳲𐵰𐵱𐵲𐵳𐵴𐵵𐵶𐵷𐵸𐵹𐵺𐵻𐵼𐵽𐵾𐵿𐶀𐶁𐶂𐶃𐶄𐶅𑣀𑣁𑣂𑣃𑣄𑣅𑣆𑣇𑣈𑣉𑣊𑣋𑣌𑣍𑣎𑣏𑣐𑣑𑣒𑣓𑣔𑣕𑣖𑣗𑣘𑣙𑣚𑣛𑣜𑣝𑣞𑣟𖹠𖹡𖹢𖹣𖹤𖹥𖹦𖹧𖹨𖹩𖹪𖹫𖹬𖹭𖹮𖹯𖹰𖹱𖹲𖹳𖹴𖹵𖹶𖹷𖹸𖹹𖹺𖹻𖹼𖹽𖹾𖹿𞤢𞤣𞤤𞤥𞤦𞤧𞤨𞤩𞤪𞤫𞤬𞤭𞤮𞤯𞤰𞤱𞤲𞤳𞤴𞤵𞤶𞤷𞤸𞤹𞤺𞤻𞤼𞤽𞤾𞤿𞥀𞥁𞥂𞥃'); end if;
  return lower(value collate "C");
end $$;
do $$
declare
  twins text;
begin
  if to_regclass('"scim_users_user_name"') is not null then
    select string_agg(line, chr(10)) into twins from (
      select format('- tenant "%s": %s', tenant, string_agg(id::text, ', ' order by created, id)) as line
      from scim_users group by tenant, scim_fold_16(user_name) having count(*) > 1 order by tenant limit 100
    ) as found;
  end if;
  if twins is not null then
    raise exception using message = 'Rows of scim_users differ in the case of one name only, and would be one account each. Nothing was changed; rename or delete all but one of each, and migrate again:' || chr(10) || twins;
  end if;
end $$;
do $$ begin if exists (select from scim_users) then create index scim_users_user_name_lower on scim_users (tenant, lower(user_name)); end if; end $$;
do $$ begin if to_regclass('"scim_users_user_name"') is not null then drop index scim_users_user_name; create unique index scim_users_user_name on scim_users (tenant, scim_fold_16(user_name)); else drop index scim_users_user_names; create index scim_users_user_names on scim_users (tenant, scim_fold_16(user_name)); end if; end $$;
drop index scim_users_order;
create index scim_users_order on scim_users (tenant, (scim_fold_16(user_name) collate "C"), id);
drop index scim_users_emails;
create index scim_users_emails on scim_users using gin ((scim_fold_16((document -> 'emails')::text)::jsonb) jsonb_path_ops);
do $$
declare
  twins text;
begin
  if to_regclass('"scim_groups_display_name"') is not null then
    select string_agg(line, chr(10)) into twins from (
      select format('- tenant "%s": %s', tenant, string_agg(id::text, ', ' order by created, id)) as line
      from scim_groups group by tenant, scim_fold_16(display_name) having count(*) > 1 order by tenant limit 100
    ) as found;
  end if;
  if twins is not null then
    raise exception using message = 'Rows of scim_groups differ in the case of one name only, and would be one account each. Nothing was changed; rename or delete all but one of each, and migrate again:' || chr(10) || twins;
  end if;
end $$;
do $$ begin if exists (select from scim_groups) then create index scim_groups_display_name_lower on scim_groups (tenant, lower(display_name)); end if; end $$;
do $$ begin if to_regclass('"scim_groups_display_name"') is not null then drop index scim_groups_display_name; create unique index scim_groups_display_name on scim_groups (tenant, scim_fold_16(display_name)); else drop index scim_groups_display_names; create index scim_groups_display_names on scim_groups (tenant, scim_fold_16(display_name)); end if; end $$;
drop index scim_groups_order;
create index scim_groups_order on scim_groups (tenant, (scim_fold_16(display_name) collate "C"), id);

-- 0001_scim_folding_16: down
drop index if exists scim_groups_display_name_lower;
do $$ begin if to_regclass('"scim_groups_display_name"') is not null then drop index scim_groups_display_name; create unique index scim_groups_display_name on scim_groups (tenant, lower(display_name)); else drop index scim_groups_display_names; create index scim_groups_display_names on scim_groups (tenant, lower(display_name)); end if; end $$;
drop index scim_groups_order;
create index scim_groups_order on scim_groups (tenant, (lower(display_name) collate "C"), id);
drop index if exists scim_users_user_name_lower;
do $$ begin if to_regclass('"scim_users_user_name"') is not null then drop index scim_users_user_name; create unique index scim_users_user_name on scim_users (tenant, lower(user_name)); else drop index scim_users_user_names; create index scim_users_user_names on scim_users (tenant, lower(user_name)); end if; end $$;
drop index scim_users_order;
create index scim_users_order on scim_users (tenant, (lower(user_name) collate "C"), id);
drop index scim_users_emails;
create index scim_users_emails on scim_users using gin ((lower((document -> 'emails')::text)::jsonb) jsonb_path_ops);
drop function scim_fold_16(text);

-- 1000_scim_users_a56d2f30: up
select tenant as m_tenant, string_agg(id::text, ', ' order by created, id) as m_ids from scim_users where scim_fold_16(document -> 'urn:example:Badge' ->> 'number') is not null group by tenant, scim_fold_16(document -> 'urn:example:Badge' ->> 'number') having count(*) > 1 order by tenant limit 100;
drop index if exists scim_users_a56d2f30;
create unique index scim_users_a56d2f30 on scim_users (tenant, scim_fold_16(document -> 'urn:example:Badge' ->> 'number'));

-- 1000_scim_users_a56d2f30: down
drop index if exists scim_users_a56d2f30;

-- 1001_scim_users_a56d2f30_16: up
select tenant as m_tenant, string_agg(id::text, ', ' order by created, id) as m_ids from scim_users where scim_fold_16(document -> 'urn:example:Badge' ->> 'number') is not null group by tenant, scim_fold_16(document -> 'urn:example:Badge' ->> 'number') having count(*) > 1 order by tenant limit 100;
drop index if exists scim_users_a56d2f30;
create unique index scim_users_a56d2f30 on scim_users (tenant, scim_fold_16(document -> 'urn:example:Badge' ->> 'number'));

-- 1001_scim_users_a56d2f30_16: down
drop index if exists scim_users_a56d2f30;

-- 0001_scim_events: up
create table if not exists "scim_events" (seq bigint generated always as identity primary key, id uuid not null unique, tenant text not null, resource_type text not null, resource_id text not null, name text not null, payload jsonb not null, state text not null default 'pending' check (state in ('pending', 'dead')), attempts integer not null default 0, available_at timestamptz not null default now(), lease uuid, last_error text, created timestamptz not null default now());
create index if not exists "scim_events_due" on "scim_events" (available_at, seq) where state = 'pending';
create index if not exists "scim_events_resource" on "scim_events" (tenant, resource_type, resource_id, seq) where state = 'pending';

-- 0001_scim_events: down
drop table "scim_events";

-- 0002_scim_events: up
alter table "scim_events" drop constraint "scim_events_pkey", add primary key (tenant, resource_type, resource_id, seq);
drop index "scim_events_due";
drop index "scim_events_resource";
create index "scim_events_dead" on "scim_events" (seq) where state = 'dead';
create table "scim_events_heads" (tenant text not null, resource_type text not null, resource_id text not null, seq bigint not null, available_at timestamptz not null, primary key (tenant, resource_type, resource_id)) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
create index "scim_events_heads_due" on "scim_events_heads" (available_at, seq);
create function "scim_events_add_heads"() returns trigger language plpgsql as $$
begin
  -- Writes the row in any case: whoever is about to move this head waits for the commit, and sees what was added.
  insert into "scim_events_heads" as h (tenant, resource_type, resource_id, seq, available_at) select distinct on (tenant, resource_type, resource_id) tenant, resource_type, resource_id, seq, available_at from added where state = 'pending' order by tenant, resource_type, resource_id, seq
  on conflict (tenant, resource_type, resource_id) do update set seq = least(h.seq, excluded.seq), available_at = case when excluded.seq < h.seq then excluded.available_at else h.available_at end;
  return null;
end $$;
create function "scim_events_move_head"() returns trigger language plpgsql set enable_seqscan = off as $$
declare
  following record;
begin
  -- Waits for writers that are adding events of this resource; the statements below see what they have added.
  perform from "scim_events_heads" where tenant = old.tenant and resource_type = old.resource_type and resource_id = old.resource_id for update;
  if tg_op = 'UPDATE' then
    if new.state = 'pending' then
      insert into "scim_events_heads" as h (tenant, resource_type, resource_id, seq, available_at) values (new.tenant, new.resource_type, new.resource_id, new.seq, new.available_at)
      on conflict (tenant, resource_type, resource_id) do update set seq = excluded.seq, available_at = excluded.available_at where h.seq >= excluded.seq;
      if ("old".tenant, "old".resource_type, "old".resource_id, "old".seq) = ("new".tenant, "new".resource_type, "new".resource_id, "new".seq) then
        return null;
      end if;
    end if;
  end if;
  -- From the old one on: what is in front of it has been deleted, and an index keeps that until it is vacuumed.
  select seq, greatest(available_at, now()) as available_at into following from "scim_events" where tenant = old.tenant and resource_type = old.resource_type and resource_id = old.resource_id and state = 'pending' and seq > old.seq order by seq limit 1;
  if found then
    update "scim_events_heads" set seq = following.seq, available_at = following.available_at where tenant = old.tenant and resource_type = old.resource_type and resource_id = old.resource_id and seq = old.seq;
  else
    delete from "scim_events_heads" where tenant = old.tenant and resource_type = old.resource_type and resource_id = old.resource_id and seq = old.seq;
  end if;
  return null;
end $$;
create function "scim_events_clear_heads"() returns trigger language plpgsql as $$ begin truncate "scim_events_heads"; return null; end $$;
create trigger "scim_events_added" after insert on "scim_events" referencing new table as added for each statement execute function "scim_events_add_heads"();
create trigger "scim_events_moved" after update of state, available_at, tenant, resource_type, resource_id, seq on "scim_events" for each row when (old.state <> new.state or old.available_at <> new.available_at or ("old".tenant, "old".resource_type, "old".resource_id, "old".seq) <> ("new".tenant, "new".resource_type, "new".resource_id, "new".seq)) execute function "scim_events_move_head"();
create trigger "scim_events_removed" after delete on "scim_events" for each row when (old.state = 'pending') execute function "scim_events_move_head"();
create trigger "scim_events_cleared" after truncate on "scim_events" for each statement execute function "scim_events_clear_heads"();
insert into "scim_events_heads" (tenant, resource_type, resource_id, seq, available_at) select distinct on (tenant, resource_type, resource_id) tenant, resource_type, resource_id, seq, available_at from "scim_events" where state = 'pending' order by tenant, resource_type, resource_id, seq;

-- 0002_scim_events: down
drop trigger "scim_events_added" on "scim_events";
drop trigger "scim_events_moved" on "scim_events";
drop trigger "scim_events_removed" on "scim_events";
drop trigger "scim_events_cleared" on "scim_events";
drop function "scim_events_add_heads", "scim_events_move_head", "scim_events_clear_heads";
drop table "scim_events_heads";
drop index "scim_events_dead";
alter table "scim_events" drop constraint "scim_events_pkey", add primary key (seq);
create index if not exists "scim_events_due" on "scim_events" (available_at, seq) where state = 'pending';
create index if not exists "scim_events_resource" on "scim_events" (tenant, resource_type, resource_id, seq) where state = 'pending';

-- 0001_audit.events: up
create table if not exists "audit"."events" (seq bigint generated always as identity primary key, id uuid not null unique, tenant text not null, resource_type text not null, resource_id text not null, name text not null, payload jsonb not null, state text not null default 'pending' check (state in ('pending', 'dead')), attempts integer not null default 0, available_at timestamptz not null default now(), lease uuid, last_error text, created timestamptz not null default now());
create index if not exists "events_due" on "audit"."events" (available_at, seq) where state = 'pending';
create index if not exists "events_resource" on "audit"."events" (tenant, resource_type, resource_id, seq) where state = 'pending';

-- 0001_audit.events: down
drop table "audit"."events";

-- 0002_audit.events: up
alter table "audit"."events" drop constraint "events_pkey", add primary key (tenant, resource_type, resource_id, seq);
drop index "audit"."events_due";
drop index "audit"."events_resource";
create index "events_dead" on "audit"."events" (seq) where state = 'dead';
create table "audit"."events_heads" (tenant text not null, resource_type text not null, resource_id text not null, seq bigint not null, available_at timestamptz not null, primary key (tenant, resource_type, resource_id)) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
create index "events_heads_due" on "audit"."events_heads" (available_at, seq);
create function "audit"."events_add_heads"() returns trigger language plpgsql as $$
begin
  -- Writes the row in any case: whoever is about to move this head waits for the commit, and sees what was added.
  insert into "audit"."events_heads" as h (tenant, resource_type, resource_id, seq, available_at) select distinct on (tenant, resource_type, resource_id) tenant, resource_type, resource_id, seq, available_at from added where state = 'pending' order by tenant, resource_type, resource_id, seq
  on conflict (tenant, resource_type, resource_id) do update set seq = least(h.seq, excluded.seq), available_at = case when excluded.seq < h.seq then excluded.available_at else h.available_at end;
  return null;
end $$;
create function "audit"."events_move_head"() returns trigger language plpgsql set enable_seqscan = off as $$
declare
  following record;
begin
  -- Waits for writers that are adding events of this resource; the statements below see what they have added.
  perform from "audit"."events_heads" where tenant = old.tenant and resource_type = old.resource_type and resource_id = old.resource_id for update;
  if tg_op = 'UPDATE' then
    if new.state = 'pending' then
      insert into "audit"."events_heads" as h (tenant, resource_type, resource_id, seq, available_at) values (new.tenant, new.resource_type, new.resource_id, new.seq, new.available_at)
      on conflict (tenant, resource_type, resource_id) do update set seq = excluded.seq, available_at = excluded.available_at where h.seq >= excluded.seq;
      if ("old".tenant, "old".resource_type, "old".resource_id, "old".seq) = ("new".tenant, "new".resource_type, "new".resource_id, "new".seq) then
        return null;
      end if;
    end if;
  end if;
  -- From the old one on: what is in front of it has been deleted, and an index keeps that until it is vacuumed.
  select seq, greatest(available_at, now()) as available_at into following from "audit"."events" where tenant = old.tenant and resource_type = old.resource_type and resource_id = old.resource_id and state = 'pending' and seq > old.seq order by seq limit 1;
  if found then
    update "audit"."events_heads" set seq = following.seq, available_at = following.available_at where tenant = old.tenant and resource_type = old.resource_type and resource_id = old.resource_id and seq = old.seq;
  else
    delete from "audit"."events_heads" where tenant = old.tenant and resource_type = old.resource_type and resource_id = old.resource_id and seq = old.seq;
  end if;
  return null;
end $$;
create function "audit"."events_clear_heads"() returns trigger language plpgsql as $$ begin truncate "audit"."events_heads"; return null; end $$;
create trigger "events_added" after insert on "audit"."events" referencing new table as added for each statement execute function "audit"."events_add_heads"();
create trigger "events_moved" after update of state, available_at, tenant, resource_type, resource_id, seq on "audit"."events" for each row when (old.state <> new.state or old.available_at <> new.available_at or ("old".tenant, "old".resource_type, "old".resource_id, "old".seq) <> ("new".tenant, "new".resource_type, "new".resource_id, "new".seq)) execute function "audit"."events_move_head"();
create trigger "events_removed" after delete on "audit"."events" for each row when (old.state = 'pending') execute function "audit"."events_move_head"();
create trigger "events_cleared" after truncate on "audit"."events" for each statement execute function "audit"."events_clear_heads"();
insert into "audit"."events_heads" (tenant, resource_type, resource_id, seq, available_at) select distinct on (tenant, resource_type, resource_id) tenant, resource_type, resource_id, seq, available_at from "audit"."events" where state = 'pending' order by tenant, resource_type, resource_id, seq;

-- 0002_audit.events: down
drop trigger "events_added" on "audit"."events";
drop trigger "events_moved" on "audit"."events";
drop trigger "events_removed" on "audit"."events";
drop trigger "events_cleared" on "audit"."events";
drop function "audit"."events_add_heads", "audit"."events_move_head", "audit"."events_clear_heads";
drop table "audit"."events_heads";
drop index "audit"."events_dead";
alter table "audit"."events" drop constraint "events_pkey", add primary key (seq);
create index if not exists "events_due" on "audit"."events" (available_at, seq) where state = 'pending';
create index if not exists "events_resource" on "audit"."events" (tenant, resource_type, resource_id, seq) where state = 'pending';

-- check of a table
select n.name as m_table, c.relkind::text as m_kind, (select json_agg(json_build_object('name', a.attname, 'base', b.typname, 'type', format_type(a.atttypid, a.atttypmod), 'nullable', not (a.attnotnull or t.typnotnull), 'filled', a.atthasdef or a.attidentity <> '' or t.typdefault is not null, 'folds', b.typname = 'citext' or not coalesce(l.collisdeterministic, true), 'ascii', coalesce(l.collname = 'ucs_basic' or l.collctype in ('C', 'POSIX'), false)) order by a.attnum)::text from pg_attribute a join pg_type t on t.oid = a.atttypid join pg_type b on b.oid = case when t.typtype = 'd' then t.typbasetype else t.oid end left join pg_collation l on l.oid = a.attcollation where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as m_columns, (select json_agg(json_build_object('name', i.relname, 'unique', x.indisunique, 'condition', pg_get_expr(x.indpred, x.indrelid, true), 'keys', (select json_agg(json_build_object('text', pg_get_indexdef(x.indexrelid, k, true), 'folds', not coalesce(l.collisdeterministic, true)) order by k) from generate_series(1, x.indnkeyatts) k left join pg_collation l on l.oid = x.indcollation[k - 1])) order by i.relname)::text from pg_index x join pg_class i on i.oid = x.indexrelid where x.indrelid = c.oid and x.indisvalid) as m_indexes, (select json_agg(concat_ws(' ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) order by p.polname)::text from pg_policy p where p.polrelid = c.oid and c.relrowsecurity) as m_policies, (select json_agg(g.tgname order by g.tgname)::text from pg_trigger g where g.tgrelid = c.oid and not g.tgisinternal and g.tgenabled <> 'D') as m_triggers, (select json_agg(s.nspname || '.' || o.relname order by 1)::text from pg_class o join pg_namespace s on s.oid = o.relnamespace where c.oid is null and lower(o.relname) = lower(n.local) and o.relkind in ('r', 'p', 'v', 'm', 'f') and s.nspname not in ('pg_catalog', 'information_schema')) as m_similar, lower('ÄÉŁЖΩ') = 'äéłжω' as m_folds from unnest($1::text[], $2::text[], $3::text[]) as n(name, quoted, local) left join pg_class c on c.oid = to_regclass(n.quoted); -- ["employees"], ["\"employees\""], ["employees"]
