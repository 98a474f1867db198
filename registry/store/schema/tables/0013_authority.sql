-- What a delegation lets its delegate do: acts, what each mode gives of them, what a delegation
-- derives from, and what the law asks of a zone's body.

-- Opening a change by updating its row takes half the time of inserting into a view.
ALTER TABLE log_state ADD COLUMN opening INTEGER NOT NULL DEFAULT 0;

-- The steps of handling a matter, in their order.
CREATE TABLE act (
  id TEXT PRIMARY KEY,
  position INTEGER NOT NULL UNIQUE,
  name TEXT NOT NULL UNIQUE,
  name_en TEXT NOT NULL
) STRICT;
INSERT INTO act (id, position, name, name_en) VALUES
  ('receive', 1, '收件', 'receive'),
  ('accept', 2, '受理', 'accept'),
  ('examine', 3, '审查', 'examine'),
  ('decide', 4, '决定', 'decide'),
  ('issue', 5, '制证送达', 'issue and deliver'),
  ('revoke', 6, '撤销变更注销', 'revoke, alter or cancel'),
  ('inspect', 7, '检查', 'inspect'),
  ('penalise', 8, '处罚', 'penalise'),
  ('coerce', 9, '强制措施', 'coerce');

-- What a mode gives of an act, where the delegation is in force. power_type '': of every type of item
-- that no other row names. by_agreement: an agreement that names the act makes it a yes. name_of,
-- respondent, answered_by: department, delegate, delegate-if-authorised, zone-by-status, or the name
-- of a body; NULL: not stated. contested: what two texts say that disagree.
CREATE TABLE act_rule (
  instrument INTEGER NOT NULL,
  mode TEXT NOT NULL,
  act TEXT NOT NULL REFERENCES act (id),
  power_type TEXT NOT NULL,
  answer TEXT NOT NULL CHECK (answer IN ('yes', 'no', 'undetermined')),
  basis TEXT NOT NULL CHECK (basis IN ('text', 'reading')),
  clause TEXT NOT NULL,
  needs_agreement INTEGER NOT NULL CHECK (needs_agreement IN (0, 1)),
  by_agreement INTEGER NOT NULL CHECK (by_agreement IN (0, 1)),
  name_of TEXT,
  seal_zh TEXT,
  seal_en TEXT,
  respondent TEXT,
  answered_by TEXT,
  condition_zh TEXT,
  condition_en TEXT,
  condition_duty TEXT,
  contested_zh TEXT,
  contested_en TEXT,
  PRIMARY KEY (instrument, mode, act, power_type),
  FOREIGN KEY (instrument, mode) REFERENCES mode (instrument, name),
  FOREIGN KEY (instrument, clause) REFERENCES clause (instrument, id)
) STRICT;

-- What an item's delegations derive from: the delegation by which the grantor holds the power itself.
-- Without a row it is the grantor's own. The parent may be of an instrument that is not loaded.
CREATE TABLE derivation (
  item INTEGER PRIMARY KEY REFERENCES item (no) ON DELETE CASCADE,
  parent_instrument TEXT NOT NULL,
  parent_item TEXT NOT NULL,
  parent_zone TEXT NOT NULL
) STRICT;

-- The law, regulation or rule that allows an item to be entrusted.
CREATE TABLE entrustment_basis (
  item INTEGER PRIMARY KEY REFERENCES item (no) ON DELETE CASCADE,
  basis TEXT NOT NULL
) STRICT;

-- What the law asks of a zone's body. approved_by: who approved the zone; authorised_by: what
-- authorises the body to act in its own name.
CREATE TABLE zone_status (
  zone INTEGER PRIMARY KEY REFERENCES zone (no),
  approved_by TEXT CHECK (approved_by IN ('国务院', '省政府', '其他')),
  authorised_by TEXT,
  source TEXT NOT NULL
) STRICT;

-- Acts that an agreement's powers name, joined by `;`; NULL: it names none.
ALTER TABLE agreement ADD COLUMN acts TEXT;

-- The days beside: other engines add no days to a text.
ALTER TABLE agreement ADD COLUMN before_on TEXT
  GENERATED ALWAYS AS (date(from_on, '-1 day')) VIRTUAL;
ALTER TABLE agreement ADD COLUMN after_on TEXT
  GENERATED ALWAYS AS (date(to_on, '+1 day')) VIRTUAL;
ALTER TABLE period ADD COLUMN before_on TEXT
  GENERATED ALWAYS AS (date(from_on, '-1 day')) VIRTUAL;
ALTER TABLE body_event ADD COLUMN before_on TEXT
  GENERATED ALWAYS AS (date(on_day, '-1 day')) VIRTUAL;

-- The articles that rules and answers rest on since, as the shipped law.yml has them. A file that has
-- an article of its own under such an id keeps it.
INSERT OR IGNORE INTO law SELECT * FROM (VALUES
  (
    'L5', '行政许可法', '2019-04-23', '第二十四条',
    '中华人民共和国行政许可法（2003年8月27日通过，根据2019年4月23日第十三届全国人民代表大会常务委员会第十次会议决定修正）',
    '2019-04-23', NULL, 'text',
    '有法律、法规、规章依据，才可在法定职权范围内委托其他行政机关实施许可；受委托机关和委托内容应当公告，以委托机关名义实施，后果由委托机关承担。',
    'A licence is entrusted only to another agency, within the grantor''s own powers, where a law, regulation or rule allows it; delegate and content are announced; the delegate acts in the grantor''s name, and the grantor is liable.'
  ),
  (
    'L6', '行政许可法', '2019-04-23', '第三十二条',
    '中华人民共和国行政许可法（2003年8月27日通过，根据2019年4月23日第十三届全国人民代表大会常务委员会第十次会议决定修正）',
    '2019-04-23', NULL, 'text',
    '受理或者不予受理许可申请，出具加盖本机关专用印章、注明日期的书面凭证。',
    'Accepting or refusing an application is a decision in writing, dated and under the agency''s seal.'
  ),
  (
    'L7', '行政许可法', '2019-04-23', '第三十九条',
    '中华人民共和国行政许可法（2003年8月27日通过，根据2019年4月23日第十三届全国人民代表大会常务委员会第十次会议决定修正）',
    '2019-04-23', NULL, 'text',
    '许可证件加盖作出决定的行政机关印章。',
    'The certificate bears the seal of the agency that decided.'
  ),
  (
    'L8', '行政许可法', '2019-04-23', '第四十二条',
    '中华人民共和国行政许可法（2003年8月27日通过，根据2019年4月23日第十三届全国人民代表大会常务委员会第十次会议决定修正）',
    '2019-04-23', NULL, 'text',
    '自受理之日起20日内决定，经批准可延长10日；统一、联合、集中办理的45日，可延长15日。',
    'Decided within 20 days of acceptance, 10 more if approved; handled jointly, 45 and 15.'
  ),
  (
    'L9', '行政许可法', '2019-04-23', '第四十三条',
    '中华人民共和国行政许可法（2003年8月27日通过，根据2019年4月23日第十三届全国人民代表大会常务委员会第十次会议决定修正）',
    '2019-04-23', NULL, 'text',
    '先由下级审查再报上级决定的许可，下级自受理之日起20日内审查完毕。',
    'Where a lower agency examines and a higher one decides, the lower finishes within 20 days of acceptance.'
  ),
  (
    'L10', '行政许可法', '2019-04-23', '第四十四条',
    '中华人民共和国行政许可法（2003年8月27日通过，根据2019年4月23日第十三届全国人民代表大会常务委员会第十次会议决定修正）',
    '2019-04-23', NULL, 'text',
    '准予许可的，自决定之日起10日内颁发、送达证件或者加贴标签、加盖检验检疫印章。',
    'The certificate is issued and delivered within 10 days of the decision.'
  ),
  (
    'L11', '行政许可法', '2019-04-23', '第四十五条',
    '中华人民共和国行政许可法（2003年8月27日通过，根据2019年4月23日第十三届全国人民代表大会常务委员会第十次会议决定修正）',
    '2019-04-23', NULL, 'text',
    '听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审所需时间不计入期限，并书面告知申请人。',
    'Time for hearings, tenders, auctions, tests and expert review is not counted, and the applicant is told in writing.'
  ),
  (
    'L12', '行政许可法', '2019-04-23', '第八十二条',
    '中华人民共和国行政许可法（2003年8月27日通过，根据2019年4月23日第十三届全国人民代表大会常务委员会第十次会议决定修正）',
    '2019-04-23', NULL, 'text',
    '许可期限以工作日计算，不含法定节假日。',
    'Periods for licences count working days, without statutory holidays.'
  ),
  (
    'L13', '行政许可法', '2019-04-23', '第六十九条第一款第二项',
    '中华人民共和国行政许可法（2003年8月27日通过，根据2019年4月23日第十三届全国人民代表大会常务委员会第十次会议决定修正）',
    '2019-04-23', NULL, 'text',
    '超越法定职权准予的许可，可以撤销。',
    'A licence granted beyond statutory power may be revoked.'
  ),
  (
    'L14', '行政许可法', '2019-04-23', '第七十四条第一项',
    '中华人民共和国行政许可法（2003年8月27日通过，根据2019年4月23日第十三届全国人民代表大会常务委员会第十次会议决定修正）',
    '2019-04-23', NULL, 'text',
    '超越法定职权准予许可的，责令改正，并追究直接负责的主管人员和其他直接责任人员。',
    'Who grants a licence beyond statutory power is made to mend it, and the officials responsible answer.'
  ),
  (
    'L15', '行政处罚法', '2021-01-22，自2021-07-15起施行', '第二十条',
    '中华人民共和国行政处罚法（2021年1月22日第十三届全国人民代表大会常务委员会第二十五次会议修订）',
    '2021-07-15', NULL, 'text',
    '有法律、法规、规章依据，才可在法定权限内书面委托处罚；委托书载明事项、权限、期限，受委托组织不得再委托。',
    'A penalty is entrusted in writing, within the grantor''s powers and where a law, regulation or rule allows it; the letter states matters, powers and term; no re-entrustment.'
  ),
  (
    'L16', '行政处罚法', '2021-01-22，自2021-07-15起施行', '第二十一条',
    '中华人民共和国行政处罚法（2021年1月22日第十三届全国人民代表大会常务委员会第二十五次会议修订）',
    '2021-07-15', NULL, 'text',
    '受委托组织应当依法成立、具有管理公共事务职能，并有合格的执法人员和技术条件。',
    'The delegate is lawfully founded, has a public function, and has qualified staff and means.'
  ),
  (
    'L17', '行政处罚法', '2021-01-22，自2021-07-15起施行', '第三十八条',
    '中华人民共和国行政处罚法（2021年1月22日第十三届全国人民代表大会常务委员会第二十五次会议修订）',
    '2021-07-15', NULL, 'text',
    '没有依据或者实施主体不具有行政主体资格的处罚无效。',
    'A penalty without a basis, or by a body that has no standing to impose it, is void.'
  ),
  (
    'L18', '行政处罚法', '2021-01-22，自2021-07-15起施行', '第六十条',
    '中华人民共和国行政处罚法（2021年1月22日第十三届全国人民代表大会常务委员会第二十五次会议修订）',
    '2021-07-15', NULL, 'text',
    '自立案之日起90日内作出处罚决定，另有规定的除外。',
    'A penalty is decided within 90 days of opening the case, unless another period is set.'
  ),
  (
    'L19', '行政复议法', '2023-09-01，自2024-01-01起施行', '第十九条',
    '中华人民共和国行政复议法（2023年9月1日第十四届全国人民代表大会常务委员会第五次会议修订）',
    '2024-01-01', NULL, 'text',
    '委托实施的，委托机关是被申请人；机关被撤销或者职权变更的，继续行使其职权的机关是被申请人。',
    'Of an entrusted act the delegator is respondent; after a reorganisation, the organ that carries the powers on.'
  ),
  (
    'L20', '行政诉讼法', '2017-06-27', '第二十六条',
    '中华人民共和国行政诉讼法（1989年4月4日通过，根据2017年6月27日第十二届全国人民代表大会常务委员会第二十八次会议决定第二次修正）',
    '2017-07-01', NULL, 'text',
    '委托实施的，委托机关是被告；机关被撤销或者职权变更的，继续行使其职权的机关是被告。',
    'Of an entrusted act the delegator is defendant; after a reorganisation, the organ that carries the powers on.'
  ),
  (
    'L21', '最高人民法院关于适用行政诉讼法的解释', '法释〔2018〕1号', '第十九条',
    '最高人民法院关于适用《中华人民共和国行政诉讼法》的解释（法释〔2018〕1号，2018年2月6日公布）',
    '2018-02-08', NULL, 'text',
    '经上级批准的行为，以对外生效的文书上署名的机关为被告。',
    'Of an act that a superior approved the defendant is who signed it outwardly.'
  ),
  (
    'L22', '最高人民法院关于适用行政诉讼法的解释', '法释〔2018〕1号', '第二十条',
    '最高人民法院关于适用《中华人民共和国行政诉讼法》的解释（法释〔2018〕1号，2018年2月6日公布）',
    '2018-02-08', NULL, 'text',
    '没有法律、法规、规章规定而授权内设机构、派出机构或者其他组织行使职权的，视为委托。',
    'Conferral on an inner, dispatched or other body without a law, regulation or rule counts as entrustment.'
  ),
  (
    'L23', '最高人民法院关于适用行政诉讼法的解释', '法释〔2018〕1号', '第二十一条',
    '最高人民法院关于适用《中华人民共和国行政诉讼法》的解释（法释〔2018〕1号，2018年2月6日公布）',
    '2018-02-08', NULL, 'text',
    '国务院、省级政府批准的开发区，管理机构和其职能部门各为自己行为的被告；其他开发区，职能部门的行为以管理机构为被告，管理机构没有行政主体资格的，以设立它的地方政府为被告。',
    'In zones approved by the State Council or a province the zone body and its departments are each defendant for their own acts; in other zones the zone body is for its departments'' acts, or, where it has no standing, the government that set it up.'
  ),
  (
    'L24', '最高人民法院关于适用行政诉讼法的解释', '法释〔2018〕1号', '第二十三条',
    '最高人民法院关于适用《中华人民共和国行政诉讼法》的解释（法释〔2018〕1号，2018年2月6日公布）',
    '2018-02-08', NULL, 'text',
    '机关被撤销或者职权变更，没有继续行使其职权的机关的，以其所属的人民政府为被告；垂直领导的，以上一级机关为被告。',
    'Where no organ carries on the powers of one that is gone, its government is defendant; under vertical leadership, the organ above it.'
  ),
  (
    'L25', '山东省经济开发区条例', '2016-07-22', '第二条',
    '山东省经济开发区条例（2016年7月22日山东省第十二届人民代表大会常务委员会第二十二次会议通过）',
    '2016-10-01', NULL, 'text',
    '适用于国务院批准的经济技术开发区和省政府批准的经济开发区，未列高新技术产业开发区。',
    'It is of economic zones approved by the State Council or the province; high-tech zones are not named.'
  ),
  (
    'L26', '山东省经济开发区条例', '2016-07-22', '第七条',
    '山东省经济开发区条例（2016年7月22日山东省第十二届人民代表大会常务委员会第二十二次会议通过）',
    '2016-10-01', NULL, 'text',
    '管委会是所在地县级以上人民政府的派出机构。',
    'The zone committee is a body dispatched by its government.'
  ),
  (
    'L27', '山东省经济开发区条例', '2016-07-22', '第九条',
    '山东省经济开发区条例（2016年7月22日山东省第十二届人民代表大会常务委员会第二十二次会议通过）',
    '2016-10-01', NULL, 'text',
    '下放、委托的事项实行目录管理。',
    'Matters that are delegated or entrusted are kept as a catalogue.'
  ),
  (
    'L28', '山东省行政程序规定', '省政府令第238号', '第十六条',
    '山东省行政程序规定（省政府令第238号）第十六条的摘录，未与全文核对',
    NULL, NULL, 'reading',
    '委托协议载明依据、事项、权限、期限、双方权利义务和法律责任；期满，或者受委托方越权、滥权、失职、不再具备条件的，公开解除委托。',
    'The agreement states basis, matters, powers, term, rights and duties, and liability; it is dissolved in public on expiry, excess, abuse, neglect or lost capacity.'
  ),
  (
    'L29', '优化营商环境条例', '国务院令第722号', '第四十条',
    '优化营商环境条例（2019年10月22日国务院令第722号公布）',
    '2020-01-01', NULL, 'text',
    '行政许可实行清单管理，清单之外不得违法实施许可。',
    'Licences are kept in published lists, and none is required off them.'
  )
) WHERE EXISTS (SELECT 1 FROM instrument);
