"""Words that say plainly what a message is, however unsure a classifier may be."""

from __future__ import annotations

import re

DANGER = re.compile(
    r"救命|出人命|[着起失]火|大火|火灾|火烛|冒烟|烧起来|爆炸|煤气|燃气|漏气|晕|昏|中暑|[倒躺]在?[下地]|倒了|不动了"
    r"|呼吸|喘不|透不过气|心脏|心梗|胸口|中风|抽搐|噎|要生了|羊水|触电|电到|落水|溺水|掉[进到]?[河水海湖井]|中毒|农药"
    r"|救护|急救|流.{0,3}血|出血|摔|骨折|受伤|头破|撞|车祸|抢|偷|贼|闯进|刀|砍|捅|打人|打架|打我|被打|被人打|殴打"
    r"|跟踪|绑架|困[住在]|走丢|走失|不见|找不到|丢了|不想活|活不下去|活着|想死|寻死|自杀|轻生|跳楼|割腕|报警|110|119|120"
    r"|(?<![急烦气笑累吓热冷忙])死人|性命|危险|坏人|help|fire|police"
)
"""What is hardly heard as an emergency and has none of these is none."""

_SOMEBODY = (
    "(?:孩子|小孩|小朋友|娃|老人|阿[婆公妈爸伯]|爷爷|奶奶|[爸妈]|老[公婆]|儿子|女儿|有人|[他她])"
)
PERIL = re.compile(
    r"救命|出人命|着火|起火|烧起来|火烛|晕倒|昏倒|昏迷|昏过去|晕过去|没有?呼吸|喘不上气|心脏病犯|心梗|抽搐|羊水破"
    rf"|触电|{_SOMEBODY}.{{0,3}}(?:晕|昏|掉[进到]?[河水海湖井]|走丢|走失|不见|找不到|倒地|倒下)"
    r"|喝农药|救护车|煤气泄漏|拿着?刀|持刀|砍人|有人打我|要打我|被抢了|抢劫|走丢|走失"
    r"|不想活|活不下去|活着没|[我就]想去?死|想自杀|要自杀|[要想]跳楼|割腕|快报警|帮我报警"
)
"""With one of these it is one, unless it asks what the law says of it: 晕倒在单位算工伤吗."""

LEGAL = re.compile(r"吗|算不?算|赔|谁|责任|怎么[罚判]|合法|能不能|可不可以|可以")
"""What questions of law about danger have, and cries for help have not."""

_WINNING = re.compile(
    r"得赢|告得?[赢倒]|(?:能|会|可以|有没有可能).{0,3}赢(?!利)|赢吗|赢不赢|赢的|赢面|胜算|胜诉|会不会输|会输|输的可能"
    r"|谁对谁错|谁有理|占不?占?理|有没有理|评评理|will (?:i|we) win"
)
_MY_END = re.compile(
    r"判给[我他她]|(?:[拿得要]|(?<![积得评])分)到?回?多少(?:赔偿|补偿|钱|财产|$)|[会要]判我|判[我他她](?:几|多|刑|输|赢)|(?:支持|偏向)我"
    r"|[会要](?:被?判|坐|关)(?:几|多少)[年个月天]"
)
_AN_END = re.compile(
    r"怎么判|如何判|咋判|判几年|判多|判刑|坐牢|坐几年|坐多久|关几天|关多久|赔多少|算.{0,2}犯[罪法]|构成.{0,4}罪|违法吗"
)
_THIS_CASE = re.compile(
    r"这样(?!子?的)|这种情况|这个情况|这情况|我的?情况|[我他她]这[个件]?[事案]|这案子|我[的这]官司|法院会|法官会"
)
_SOMEBODYS = re.compile(r"[我俺咱他她]")


def asks_verdict(text: str) -> bool:
    """Whether somebody asks how a case ends, which only the court or the arbitrator says."""
    if _WINNING.search(text):
        return True
    if not _SOMEBODYS.search(text):
        return False
    return bool(_MY_END.search(text) or (_AN_END.search(text) and _THIS_CASE.search(text)))


_ENDING = re.compile(
    r"赢|输|胜|判|裁|赔|案|官司|法院|法官|仲裁|犯|罪|坐.{0,4}[牢监]|拘留|抓|(?<!能)进去|关多|起诉|上诉|告|复议|撤销|缓刑|自首"
    r"|责|理亏|占理|合理|净身|合法|违法|有效|工伤|评[得到几]|分到|分多少|拿到|能拿|能分|能离|要得?回|该不该|值不值"
)


_ASKS_WHAT_TO_DO = re.compile(r"(?:是不是|要不要|用不用|能不能|可不可以)先|先不用|找谁|去哪|怎么办")


def may_ask_verdict(text: str) -> bool:
    """Whether it has what any such question has; one a classifier takes for it must."""
    speaks_of_an_end = _SOMEBODYS.search(text) and _ENDING.search(text)
    return bool(speaks_of_an_end) and not _ASKS_WHAT_TO_DO.search(text)


_MINE = re.compile(r"[我俺咱]|本人")
_RECORD = re.compile(
    r"社保|养老|医保|公积金|积分|[信违扣]分|几分|多少分|个税|缴费|余额|账户|卡里|档案|案子|案件|官司|开庭|立案|违章|违法记录|驾照|征信|信用"
    r"|申请|提交|交的|办件|材料|[证照]|补贴|津贴|轮候|排队|排名|排到|公租房|工单|投诉|退休金|失业金|保险|名下|失信|名单"
    r"|学位|户口|认定|年报|预审|审批|审核|进度"
)
_AS_IT_STANDS = re.compile(
    r"(?:余额|违章|进度|进展|记录|积分|名单)$|[交缴]了(?:几|多)|几个月了|(?<!要)(?<!是)有多少|还有多少|剩多少|剩几|是多少|积分多少|分多少|多少分|第几|排到哪"
    r"|到哪(?:一步|里|儿|了|$)|什么(?:阶段|进度)|进度(?!.{0,2}查)|进展|了吗$|(?<!有)没有?$|受理了|立案了|结果(?:出|怎么样)|出结果了"
    r"|什么时候开庭|断了(?:几|没|多)|几[套家辆张]|[扣花退]了多少|(?:公积金|积分|社保|医保)多少$|处理得怎么样|怎么样了|(?:余额|违章|进度|记录|积分|名单)$|有没有(?:到账|通过|批|断|受理|立案)|[查看](?:一下|查|看)?我"
)
_ASKS_THE_RULE = re.compile(
    r"怎么(?!样了)|怎样|如何|[在去到从]哪里?[查看办问交领]|可以(?!帮)|才能|能不能|能[领办用申请退补享报落买入查看]|[要需]交|要满|满几|影响|会不会|够不够|规定|条件|要多久|多久能"
)


def asks_own_records(text: str) -> bool:
    """
    Whether somebody asks what stands in their own file, which 小福 cannot see. 社保交了几个月可以领
    失业金 asks the rule.
    """
    wanted = (_MINE, _RECORD, _AS_IT_STANDS)
    return all(cue.search(text) for cue in wanted) and not asks_the_rule(text)


def may_ask_own_records(text: str) -> bool:
    """Whether it has what any such question has, and does not ask the rule."""
    return bool(_MINE.search(text) and _RECORD.search(text)) and not asks_the_rule(text)


def asks_the_rule(text: str) -> bool:
    return bool(_ASKS_THE_RULE.search(text))


BOOKING = re.compile(r"视频办")
"""With this a message wants a video session, unless it is a question about them."""

SESSION = re.compile(
    r"约|视频|预[定订]|排[个队期]|挂号|场|取消|不去|去不[了成]|来不[了及成]|book|appoint|cancel"
)
"""Without any of these nobody books or cancels a session."""

MOVING = re.compile(
    r"(?:改|挪|推迟?|延后|延迟|提前)(?:一下|个)?(?:时间|日期)?[到去](?!现场|窗口|哪)"
)
"""With this somebody wants another time for what is booked, unless they ask about it."""

OF_A_SESSION = {
    "move_session": re.compile(
        r"约|视频|时间|改期|号|[天周日点]|[上下]午|礼拜|星期|resched|my booking"
    ),
    "resend_code": re.compile(
        r"码|短信|^我?[没冇未]有?收到|收不到|[再重]发|重新发|发多次|resend|\bcode\b|send it again"
    ),
    "running_late": re.compile(
        r"^(?!.*(?:扣|罚|工资|老板|公司|上班|单位|证|卡))"
        r".*(?:视频|约|过号|赶|迟|晚|错过|没接到|没听到|过点|\blate\b|missed my)"
    ),
    "how_to_enter": re.compile(
        r"视频|链接|怎么[进近]|进去|进不去|入去|[在从到]哪|点[哪边]|入口|click|enter|join"
    ),
    "line_dropped": re.compile(
        r"断.?线|断[咗县]|退出视频|关掉视频|[掉跌]咗?[线县]|视频.*(?:断|段|卡|黑|退|没|挂|关)|断.*视频|画面|踢|连接|中断|工作人员|^[我刚]+才?断"
        r"|disconnect|dropped"
    ),
    "appeal": re.compile(r"约|没[来去]|飞机|^我?[要想不]?服?要?申[诉述素]|no-show"),
}
"""Without these nobody speaks of a session of theirs, however sure a classifier is."""

QUESTIONING = re.compile(
    r"吗|么|什么|啥|怎|哪|谁|几|多久|多少|能不能|可不可以|可以|能|是不是|有没有|要不要|行不行|意思|区别|为何|如何"
    r"|取消|改期|迟到|断线|注意|准备"
)

GRIEVANCE = re.compile(
    r"投诉|举报|反映|意见|建议|态度|不满|差评|坏|吵|噪|扰民|堵|臭|脏|乱|垃圾|污|油烟|塌|坑|井盖|漏|黄|倒了|没人[管修清理]"
    r"|不[理管作修]|推[诿来卸]|踢皮球|慢|告你|信访|民意速办|12345"
)
"""Without any of these a message is no complaint."""

QUIZ = re.compile(r"考[考下我]|[出答做考]题|[几道一]题|小测|测[测试验一]|竞赛|题目|问答|试试")
"""Without any of these nobody wants to be tested."""

INSULT = re.compile(
    r"傻[逼bB比叉x]|煞笔|沙比|sb(?![a-z])|[操草艹肏][你尼泥]|草泥马|(?<![给跟和帮对替是找问把被])[你他她]妈(?:的|了|[^妈爸办生今已去年要想有是在说们\W])|他奶奶的|妈了?个[巴逼]|狗[日屁东]"
    r"|日你|去死|王八|混蛋|混账|畜生|贱[人货]|脑残|白痴|蠢[货猪蛋]|笨蛋|人渣|婊|仆街|扑街|屌|含家|冚家"
    r"|(?:^|[你个群这是])(?:废物|弱智|智障|神经病|骗子)$|你.{0,4}(?:废物|弱智|智障|神经病)|滚[吧蛋开]|^滚$|不要脸|臭[傻婊]|猪[脑头]|fuck|shit|bitch|asshole|idiot|stupid"
)
"""With one of these a message is an insult, unless it asks something."""

FIELDS: dict[str, re.Pattern[str]] = {
    "ask_video": re.compile(r"视频"),
    "ask_materials": re.compile(
        r"带[点些]?(?:什么|啥|哪些)|要什么(?:东西|证件|材料|资料)?$|材料|资料|证件|户口[本簿].{0,3}[要用带]|复印件"
        r"|(?:准备|提交|交|备)[点些齐]?(?:什么|啥|哪些)"
    ),
    "ask_fee": re.compile(r"多少钱|要不?要?钱|收费|费用|花钱|免费|工本费|交钱|收钱"),
    "ask_duration": re.compile(r"多久|几天|多少天|多长时间|什么时候[能可]|几时[能可]|时限|当天"),
    "ask_proxy": re.compile(r"代办|代领|替我|帮我去|别人[去办]|委托|本人[去到]"),
    "ask_place": re.compile(r"在哪|去哪|哪里[能可]?[以]?办|哪个窗口|到哪|地址|什么地方"),
    "ask_online": re.compile(r"网上|手机上|线上|在线|小程序|跑几趟|不用?跑|去现场"),
    "ask_conditions": re.compile(
        r"条件|资格|要求|符合|满足|能不能(?:办|申请|领)|可以(?:办|申请|领)吗"
    ),
    "ask_phone": re.compile(r"电话"),
    "ask_steps": re.compile(r"怎么|如何|怎样|流程|步骤|手续"),
}
"""What is asked about a matter, where a long story hides it from the classifier; first wins."""
