-- Which rule checks what: rules by clause, checks by duty, articles of laws. Before, rule files named
-- the duties and clauses of one instrument, and the program the articles.

-- Rules that check a clause, besides those of the duties that name it.
CREATE TABLE clause_rule (
  instrument INTEGER NOT NULL,
  clause TEXT NOT NULL,
  code TEXT NOT NULL,
  PRIMARY KEY (instrument, clause, code),
  FOREIGN KEY (instrument, clause) REFERENCES clause (instrument, id)
) STRICT;
CREATE INDEX clause_rule_code ON clause_rule (code);

-- The two checks of each duty, and all that their findings say. Messages are templates.
CREATE TABLE duty_check (
  duty INTEGER NOT NULL REFERENCES duty (no),
  "check" TEXT NOT NULL CHECK ("check" IN ('missing', 'late')),
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('high', 'medium', 'low', 'info')),
  title_zh TEXT NOT NULL,
  title_en TEXT NOT NULL,
  remedy_zh TEXT NOT NULL,
  remedy_en TEXT NOT NULL,
  message_zh TEXT NOT NULL,
  message_en TEXT NOT NULL,
  PRIMARY KEY (duty, "check")
) STRICT;
CREATE INDEX duty_check_code ON duty_check (code);

-- Articles outside the instruments that rules rest on. status: whether in_short is the article's
-- own wording or a reading of it. in_force_to NULL: in force still.
CREATE TABLE law (
  id TEXT PRIMARY KEY,
  law TEXT NOT NULL,
  version TEXT NOT NULL,
  article TEXT NOT NULL,
  source TEXT NOT NULL,
  in_force_from TEXT,
  in_force_to TEXT,
  status TEXT NOT NULL CHECK (status IN ('text', 'reading')),
  in_short_zh TEXT NOT NULL,
  in_short_en TEXT NOT NULL
) STRICT;

-- guided: departments guide the zones in the duty. announces: it makes known what was conferred.
-- public: what is delivered for it is itself a publication.
ALTER TABLE duty ADD COLUMN guided INTEGER NOT NULL DEFAULT 0 CHECK (guided IN (0, 1));
ALTER TABLE duty ADD COLUMN announces INTEGER NOT NULL DEFAULT 0 CHECK (announces IN (0, 1));
ALTER TABLE duty ADD COLUMN public INTEGER NOT NULL DEFAULT 0 CHECK (public IN (0, 1));

-- From here on: what a file of 0.1.0 already has. That version knew the duties and clauses of its one
-- shipped instrument by their ids, which therefore stand below, and in no later text.
UPDATE duty SET guided = 1 WHERE id = 'supervision-rules';
UPDATE duty SET announces = 1 WHERE id IN ('portal-notice', 'public-notice');
UPDATE duty SET public = 1 WHERE id IN
  ('service-guide', 'portal-notice', 'public-notice', 'powers-list', 'powers-list-removal');

INSERT INTO clause_rule (instrument, clause, code)
WITH released (clause, code) AS (VALUES
  ('C01', 'CAT001'), ('C01', 'CAT002'), ('C01', 'CAT004'), ('C01', 'CAT008'), ('C02', 'CAT001'),
  ('C02', 'CAT002'), ('C02', 'CAT004'), ('C02', 'CAT008'), ('C04', 'CAT003'), ('C06', 'CAT006'),
  ('C06', 'LAW002'), ('C07', 'CAT005'), ('C08', 'CAT009'), ('C09', 'CAT010'), ('C10', 'AGR005'),
  ('C10', 'AGR006'), ('C10', 'AGR007'), ('C10', 'CAT007'), ('C11', 'AGR003'), ('C11', 'AGR004'),
  ('C15', 'SUP003'), ('C16', 'REQ001'), ('C16', 'REQ002'), ('C17', 'CAL001'), ('C17', 'EVD001'),
  ('C17', 'EVD002'), ('C17', 'WVR001'), ('C17', 'WVR002'), ('C18', 'SVC001')
)
SELECT c.instrument, c.id, r.code FROM released AS r JOIN clause AS c ON c.id = r.clause;

-- Duties that 0.1.0 did not know (it left them unchecked) get what a new file gives a duty without
-- codes: see registry/model/duty.py.
INSERT INTO duty_check
SELECT no, 'missing', 'DUT001', 'missing-duty', 'medium',
       name_zh || '未完成', 'Not done: ' || name_en,
       '完成' || name_zh || '，并将完成日期和佐证登记入台账。',
       'See to it (' || name_en || '); record date and document.',
       '{zone_name}“{item_name}”的' || replace(replace(name_zh, '{', '{{'), '}', '}}')
         || '未完成，应于{due_on}前完成，{overdue}。',
       '{item_name} ({zone_name}): not done: ' || replace(replace(name_en, '{', '{{'), '}', '}}')
         || '; due {due_on}, {overdue}.'
FROM duty;
INSERT INTO duty_check
SELECT no, 'late', 'DUT002', 'late-duty', 'info',
       name_zh || '逾期完成', 'Late: ' || name_en,
       '已无法补正；在通报中说明原因，并核对办理日期是否登记有误。',
       'It cannot be mended; state the reason in the report, and check that the date was recorded'
         || ' correctly.',
       '{zone_name}“{item_name}”的' || replace(replace(name_zh, '{', '{{'), '}', '}}')
         || '于{met_on}完成，应于{due_on}前完成，{overdue}。',
       '{item_name} ({zone_name}): ' || replace(replace(name_en, '{', '{{'), '}', '}}')
         || ' was done on {met_on}, due {due_on}, {overdue}.'
FROM duty;

-- The codes and texts of 0.1.0, by which its stored findings and waivers are known.
INSERT OR REPLACE INTO duty_check
WITH released (duty, "check", code, name, severity, title_zh, title_en, remedy_zh, remedy_en,
               message_zh, message_en) AS (VALUES
  ('agreement', 'missing', 'AGR001', 'missing-agreement', 'high',
   '未签订委托协议', 'No agreement signed',
   '市级部门与管委会签订委托协议，并将文号、日期和涵盖事项登记入台账。',
   'Department and zone sign the agreement; record its number, dates and the items it covers.',
   '{department_name}与{zone_name}未就“{item_name}”签订委托协议，应于{due_on}前签订，{overdue}。',
   '{item_name}: {department_name} and {zone_name} have signed no agreement; due {due_on}, {overdue}.'),
  ('agreement', 'late', 'AGR002', 'late-agreement', 'info',
   '委托协议逾期完成', 'Agreement was late',
   '已无法补正；在通报中说明原因，并核对办理日期是否登记有误。',
   'It cannot be mended; state the reason in the report, and check that the date was recorded correctly.',
   '{zone_name}“{item_name}”的委托协议于{met_on}完成，应于{due_on}前完成，{overdue}。',
   '{item_name} ({zone_name}): the agreement was done on {met_on}, due {due_on}, {overdue}.'),
  ('service-guide', 'missing', 'GDE001', 'missing-service-guide', 'medium',
   '未编制服务指南', 'No service guide',
   '市级部门与管委会编制并公开服务指南，将网址和日期登记入台账。',
   'Department and zone write and publish the service guide; record address and date.',
   '“{item_name}”（{zone_name}）未编制服务指南，应于{due_on}前完成，{overdue}。',
   '{item_name} ({zone_name}): there is no service guide; due {due_on}, {overdue}.'),
  ('service-guide', 'late', 'GDE002', 'late-service-guide', 'info',
   '服务指南逾期完成', 'Service guide was late',
   '已无法补正；在通报中说明原因，并核对办理日期是否登记有误。',
   'It cannot be mended; state the reason in the report, and check that the date was recorded correctly.',
   '{zone_name}“{item_name}”的服务指南于{met_on}完成，应于{due_on}前完成，{overdue}。',
   '{item_name} ({zone_name}): the service guide was done on {met_on}, due {due_on}, {overdue}.'),
  ('handbook', 'missing', 'HBK001', 'missing-handbook', 'medium',
   '未编制业务手册', 'No handbook',
   '市级部门与管委会编制业务手册，将完成日期和文件登记入台账。',
   'Department and zone write the handbook; record date and document.',
   '“{item_name}”（{zone_name}）未编制业务手册，应于{due_on}前完成，{overdue}。',
   '{item_name} ({zone_name}): there is no handbook; due {due_on}, {overdue}.'),
  ('handbook', 'late', 'HBK002', 'late-handbook', 'info',
   '业务手册逾期完成', 'Handbook was late',
   '已无法补正；在通报中说明原因，并核对办理日期是否登记有误。',
   'It cannot be mended; state the reason in the report, and check that the date was recorded correctly.',
   '{zone_name}“{item_name}”的业务手册于{met_on}完成，应于{due_on}前完成，{overdue}。',
   '{item_name} ({zone_name}): the handbook was done on {met_on}, due {due_on}, {overdue}.'),
  ('platform-access', 'missing', 'PLT001', 'missing-platform-access', 'medium',
   '未开通政务服务平台权限', 'No access on the municipal platform',
   '市级部门在市级政务服务平台为管委会增加相应权限，将开通日期登记入台账。',
   'The department adds the access on the municipal platform; record the date.',
   '{department_name}未就“{item_name}”为{zone_name}开通市级政务服务平台权限，应于{due_on}前完成，{overdue}。',
   '{item_name}: {department_name} has not opened access on the municipal platform for {zone_name}; due {due_on}, {overdue}.'),
  ('portal-notice', 'missing', 'PUB001', 'missing-portal-notice', 'medium',
   '未在部门门户网站公告', 'No notice on the department’s portal',
   '市级部门在本部门门户网站公告赋权事项，将公告日期和网址登记入台账。',
   'The department announces the item on its portal; record date and address.',
   '{department_name}未在门户网站公告赋予{zone_name}的“{item_name}”，应于{due_on}前公告，{overdue}。',
   '{item_name} ({zone_name}): {department_name} has not announced it on its portal; due {due_on}, {overdue}.'),
  ('public-notice', 'missing', 'PUB002', 'missing-public-notice', 'medium',
   '未以其他便于知悉的方式公告', 'No notice by other accessible means',
   '市级部门以报纸、公告栏、政务新媒体等便于公众知悉的方式公告，并登记日期和载体。',
   'The department announces the item by press, notice board or social media; record date and medium.',
   '{department_name}未以其他便于公众知悉的方式公告赋予{zone_name}的“{item_name}”，应于{due_on}前公告，{overdue}。',
   '{item_name} ({zone_name}): {department_name} has not announced it by other accessible means; due {due_on}, {overdue}.'),
  ('powers-list', 'missing', 'PWL001', 'missing-powers-list-entry', 'medium',
   '未编入权责清单', 'Not in the powers list',
   '管委会将事项编入权责清单，将公布日期登记入台账。',
   'The zone enters the item in its powers list; record the date.',
   '{zone_name}未将“{item_name}”编入权责清单，应于{due_on}前完成，{overdue}。',
   '{item_name}: {zone_name} has not entered it in its powers list; due {due_on}, {overdue}.'),
  ('powers-list', 'late', 'PWL002', 'late-powers-list-entry', 'info',
   '权责清单逾期完成', 'Powers list was late',
   '已无法补正；在通报中说明原因，并核对办理日期是否登记有误。',
   'It cannot be mended; state the reason in the report, and check that the date was recorded correctly.',
   '{zone_name}“{item_name}”的权责清单于{met_on}完成，应于{due_on}前完成，{overdue}。',
   '{item_name} ({zone_name}): the powers list was done on {met_on}, due {due_on}, {overdue}.'),
  ('powers-list-removal', 'missing', 'PWL003', 'withdrawn-item-not-removed-from-powers-list', 'medium',
   '不再实施的事项未移出权责清单', 'Withdrawn item still in the powers list',
   '管委会将事项移出权责清单，将公布日期登记入台账。',
   'The zone takes the item out of its powers list; record the date.',
   '{zone_name}未证明已将不再实施的“{item_name}”移出权责清单，应于{due_on}前完成，{overdue}。',
   '{item_name}: no proof that {zone_name} took this withdrawn item out of its powers list; due {due_on}, {overdue}.'),
  ('seal', 'missing', 'SEA001', 'missing-seal', 'medium',
   '未给予“二号章”', 'No second seal given',
   '市级部门刻制并移交“二号章”，将移交日期登记入台账。',
   'The department has the second seal made and hands it over; record the date.',
   '{department_name}未就“{item_name}”向{zone_name}移交“二号章”，应于{due_on}前完成，{overdue}。',
   '{item_name}: {department_name} has given {zone_name} no second seal; due {due_on}, {overdue}.'),
  ('supervision-rules', 'missing', 'SUP001', 'missing-supervision-rules', 'medium',
   '未制定事中事后监管细则', 'No supervision rules',
   '管委会在市级业务主管部门指导下制定监管细则，将印发日期和文号登记入台账。',
   'The zone writes the supervision rules, guided by the department; record date and document.',
   '{zone_name}未就“{item_name}”制定事中事后监管细则，应于{due_on}前完成，{overdue}。',
   '{item_name}: {zone_name} has no supervision rules; due {due_on}, {overdue}.'),
  ('supervision-rules', 'late', 'SUP002', 'late-supervision-rules', 'info',
   '事中事后监管细则逾期完成', 'Set of supervision rules was late',
   '已无法补正；在通报中说明原因，并核对办理日期是否登记有误。',
   'It cannot be mended; state the reason in the report, and check that the date was recorded correctly.',
   '{zone_name}“{item_name}”的事中事后监管细则于{met_on}完成，应于{due_on}前完成，{overdue}。',
   '{item_name} ({zone_name}): the set of supervision rules was done on {met_on}, due {due_on}, {overdue}.'),
  ('system-update', 'missing', 'SYS001', 'missing-system-update', 'medium',
   '未在政务服务事项管理系统调整', 'Item system not updated',
   '管委会在政务服务事项管理系统完成事项调整，将完成日期登记入台账。',
   'The zone updates the item system; record the date.',
   '{zone_name}未在政务服务事项管理系统调整“{item_name}”，应于{due_on}前完成，{overdue}。',
   '{item_name}: {zone_name} has not updated the item system; due {due_on}, {overdue}.'),
  ('system-update', 'late', 'SYS002', 'late-system-update', 'info',
   '事项系统调整逾期完成', 'Item system update was late',
   '已无法补正；在通报中说明原因，并核对办理日期是否登记有误。',
   'It cannot be mended; state the reason in the report, and check that the date was recorded correctly.',
   '{zone_name}“{item_name}”的事项系统调整于{met_on}完成，应于{due_on}前完成，{overdue}。',
   '{item_name} ({zone_name}): the item system update was done on {met_on}, due {due_on}, {overdue}.'),
  ('system-removal', 'missing', 'SYS003', 'withdrawn-item-not-removed-from-system', 'medium',
   '不再实施的事项未移出政务服务事项管理系统', 'Withdrawn item still in the item system',
   '管委会将事项移出政务服务事项管理系统，将完成日期登记入台账。',
   'The zone takes the item out of the item system; record the date.',
   '{zone_name}未证明已将不再实施的“{item_name}”移出政务服务事项管理系统，应于{due_on}前完成，{overdue}。',
   '{item_name}: no proof that {zone_name} took this withdrawn item out of the item system; due {due_on}, {overdue}.')
)
SELECT du.no, r."check", r.code, r.name, r.severity, r.title_zh, r.title_en, r.remedy_zh,
       r.remedy_en, r.message_zh, r.message_en
FROM released AS r JOIN duty AS du ON du.id = r.duty;

-- The articles that 0.1.0 named itself; a file that holds no instrument is a new one, and takes its
-- articles from law.yml.
INSERT INTO law
WITH released (id, law, version, article, source, in_force_from, in_force_to, status, in_short_zh,
               in_short_en) AS (VALUES
  ('L1', '行政强制法', '2011-06-30', '第十七条',
   '中华人民共和国行政强制法（2011年6月30日第十一届全国人民代表大会常务委员会第二十一次会议通过）',
   '2012-01-01', NULL, 'text', '行政强制措施权不得委托。',
   'The power of compulsory measures may not be entrusted.'),
  ('L2', '行政许可法', '2019-04-23', '第二十四条',
   '中华人民共和国行政许可法（2003年8月27日通过，根据2019年4月23日第十三届全国人民代表大会常务委员会第十次会议决定修正）',
   '2019-04-23', NULL, 'text', '受委托行政机关不得再委托其他组织或者个人实施行政许可。',
   'The agency entrusted may not entrust others with the licence in turn.'),
  ('L3', '行政处罚法', '2021-01-22，自2021-07-15起施行', '第二十条',
   '中华人民共和国行政处罚法（2021年1月22日第十三届全国人民代表大会常务委员会第二十五次会议修订）',
   '2021-07-15', NULL, 'text', '委托行政机关和受委托组织应当将委托书向社会公布。',
   'Both sides publish the letter of entrustment.')
)
SELECT * FROM released WHERE EXISTS (SELECT 1 FROM instrument);
