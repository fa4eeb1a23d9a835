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
        <translation>不访问您的任何内容</translation>
    </message>
    <message>
        <source>{n} s left</source>
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
        <translation>因为您喜欢{titles}</translation>
    </message>
    <message>
        <source>Because you enjoyed {titles}</source>
        <translation>因为您常听常看{titles}</translation>
    </message>
    <message>
        <source>Like what you enjoyed</source>
        <translation>与您喜爱的内容相似</translation>
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
        <translation>模型根据您迄今的使用情况选出</translation>
    </message>
    <message>
        <source>{first} and {last}</source>
        <translation>{first}和{last}</translation>
    </message>
    <message>
        <source>Chosen from your own library, by your own taste.</source>
        <translation>从您自己的媒体库中，按您的口味挑选。</translation>
    </message>
    <message>
        <source>By content for now. It gets better once a model is trained on what you like.</source>
        <translation>目前按内容推荐。等模型从您的喜好中学习之后会更准。</translation>
    </message>
    <message>
        <source>Not personal yet: a varied selection. Like a few of these to make it yours.</source>
        <translation>尚未个性化：这里是多样的选集。点几个“喜欢”，它就会合您的口味。</translation>
    </message>
    <message>
        <source>Not personal yet: what people in the imported tables liked most.</source>
        <translation>尚未个性化：导入数据中最受欢迎的内容。</translation>
    </message>
    <message>
        <source>Not personal yet: the newest in your library. Like a few of these to make it yours.</source>
        <translation>尚未个性化：媒体库中最新的内容。点几个“喜欢”，它就会合您的口味。</translation>
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
        <translation>为您推荐</translation>
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
        <extracomment>Parts under this share of the whole are not listed.</extracomment>
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
        <source>There is nothing to undo.</source>
        <translation>没有可撤销的操作。</translation>
    </message>
    <message>
        <source>Undone.</source>
        <translation>已撤销。</translation>
    </message>
</context>
<context>
    <name>Application</name>
    <message>
        <source>Wait until the running jobs are done, then change the profile.</source>
        <extracomment>Seconds a busy worker thread may keep the interpreter before the UI thread gets it. Every Qt call gives the interpreter away, so with Python&apos;s 5 ms a paint of twenty calls could wait for 100 ms. Sound servers that are not there are no news.</extracomment>
        <translation>请等待正在运行的任务完成后再切换用户。</translation>
    </message>
</context>
<context>
    <name>Automation</name>
    <message>
        <source>Scanning folders</source>
        <extracomment>Acts after which a model is trained anew, and milliseconds of quiet before that.</extracomment>
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
        <translation>正在学习您的口味</translation>
    </message>
    <message>
        <source>{n} files could not be read. The Jobs page lists them with the reasons.</source>
        <translation>有 {n} 个文件无法读取。“任务”页列出了它们及原因。</translation>
    </message>
</context>
<context>
    <name>BarRow</name>
    <message>
        <source>{name}: {p} % of the library</source>
        <extracomment>Topics shown at first.</extracomment>
        <translation>{name}：占媒体库的 {p} %</translation>
    </message>
    <message>
        <source>{name}: {p} % of the library, {q} % of what you like</source>
        <translation>{name}：占媒体库的 {p} %，占你喜欢内容的 {q} %</translation>
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
        <source>{p} % sure, from: {sources}</source>
        <translation>把握 {p}%，来源：{sources}</translation>
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
    <name>GridView</name>
    <message>
        <source>Library as cards</source>
        <extracomment>Milliseconds after the last key before a search starts. Widths of the columns; title, artist and album share what the others leave. Columns that go first, in this order, when the shared ones would get narrower than this.</extracomment>
        <translation>媒体库（卡片）</translation>
    </message>
</context>
<context>
    <name>HomeController</name>
    <message>
        <source>No preview: {why}</source>
        <extracomment>Cards of the panel and of a shelf.</extracomment>
        <translation>无法预览：{why}</translation>
    </message>
</context>
<context>
    <name>HomePage</name>
    <message>
        <source>Your own music and films, worth exploring again</source>
        <extracomment>Most columns; wider windows show larger cards instead, so that the last row is full.</extracomment>
        <translation>您自己的音乐和影片，值得重新发现</translation>
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
        <source>Recommended for you</source>
        <extracomment>Whether the first steps hold the page: what comes meanwhile waits behind them.</extracomment>
        <translation>为您推荐</translation>
    </message>
    <message>
        <source>Refresh recommendations</source>
        <translation>刷新推荐</translation>
    </message>
</context>
<context>
    <name>ItemsModel</name>
    <message>
        <source>Title</source>
        <extracomment>Rows fetched at once, and pages kept.</extracomment>
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
        <extracomment>Pixels between a point and its card.</extracomment>
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
</context>
<context>
    <name>LibraryPage</name>
    <message>
        <source>Library</source>
        <translation>媒体库</translation>
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
        <source>By folder</source>
        <translation>按文件夹</translation>
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
        <source>Search titles, artists, albums, files, tags …</source>
        <translation>搜索标题、艺人、专辑、文件、标签……</translation>
    </message>
    <message>
        <source>Search the library</source>
        <translation>搜索媒体库</translation>
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
        <source>Try fewer or other words.</source>
        <translation>请减少或更换关键词。</translation>
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
        <source>The library cannot be opened</source>
        <translation>无法打开媒体库</translation>
    </message>
</context>
<context>
    <name>MapPicture</name>
    <message>
        <source>Map of your library</source>
        <extracomment>Pixels around a point that count as on it. Points in view up to which pictures are shown instead, and their size. Zoom from which the names of small regions are shown instead of those of large ones. Words that may be drawn for the first time in one frame; each takes one or two milliseconds.</extracomment>
        <translation>媒体库地图</translation>
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
        <source>By a moment in it</source>
        <translation>依据其中的片段</translation>
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
    <name>Parts</name>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
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
        <source>Choose a folder with music or films</source>
        <translation>选择存有音乐或影片的文件夹</translation>
    </message>
    <message>
        <source>Where should the sample media go?</source>
        <translation>示例媒体放在哪里？</translation>
    </message>
</context>
<context>
    <name>PlayerBar</name>
    <message>
        <source>Previous</source>
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
        <source>Show the picture</source>
        <translation>显示画面</translation>
    </message>
    <message>
        <source>Mute</source>
        <translation>静音</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>音量</translation>
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
    <message>
        <source>Playback speed: {n} ×</source>
        <translation>播放速度：{n} ×</translation>
    </message>
</context>
<context>
    <name>PlaylistAdder</name>
    <message>
        <source>New playlist…</source>
        <extracomment>Playlists offered, the last changed first.</extracomment>
        <translation>新建播放列表……</translation>
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
        <source>Added {n} items to the playlist “{name}”.</source>
        <translation>已将 {n} 个项目加入播放列表“{name}”。</translation>
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
        <source>Adds: {what}</source>
        <translation>提供：{what}</translation>
    </message>
</context>
<context>
    <name>PluginsController</name>
    <message>
        <source>Installing a plugin</source>
        <translation>正在安装插件</translation>
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
        <translation>插件提供分析媒体的方法和推荐模型。它们在独立进程中运行，不会拖垮应用，但毕竟是他人的程序：请只安装您信任的插件。</translation>
    </message>
</context>
<context>
    <name>ProgressStrip</name>
    <message>
        <source>Progress of the map</source>
        <extracomment>Width of the panel beside the map.</extracomment>
        <translation>地图进度</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
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
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Like</source>
        <translation>喜欢</translation>
    </message>
    <message>
        <source>Not interested</source>
        <translation>不感兴趣</translation>
    </message>
</context>
<context>
    <name>SelectionBar</name>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Add to playlist…</source>
        <translation>加入播放列表……</translation>
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
    <name>SettingsPage</name>
    <message>
        <source>Settings</source>
        <extracomment>Width of the controls that choose.</extracomment>
        <translation>设置</translation>
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
        <source>Remove sample profiles</source>
        <translation>移除示例用户</translation>
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
        <source>Colours</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
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
        <source>What counts how much</source>
        <translation>各种行为的权重</translation>
    </message>
    <message>
        <source>How strongly each thing you do says that you like an item, from -1 to 1.</source>
        <translation>每种行为在多大程度上表示您喜欢某个内容，从 -1 到 1。</translation>
    </message>
    <message>
        <source>A like</source>
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
        <source>Played to the end</source>
        <translation>播放到结尾</translation>
    </message>
    <message>
        <source>Played in part</source>
        <translation>播放了一部分</translation>
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
        <source>{n} items</source>
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
        <source>With the newest things you like hidden from it, it had {n} % of them among its first ten.</source>
        <translation>把您最近喜欢的内容对它隐藏后，它的前十项中命中了其中的 {n}%。</translation>
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
        <source>Understanding</source>
        <translation>内容理解</translation>
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
</context>
<context>
    <name>Stars</name>
    <message>
        <source>Rating: {n} of 5 stars</source>
        <translation>评分：{n}/5 星</translation>
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
        <source>{p} % sure: {sources}</source>
        <translation>可信度 {p} %：{sources}</translation>
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
        <extracomment>Milliseconds the pointer rests on a point before its card, and of quiet before the page follows changes.</extracomment>
        <translation>无法预览：{why}</translation>
    </message>
    <message>
        <source>{n} items</source>
        <translation>{n} 个项目</translation>
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
        <source>{n} chosen</source>
        <translation>已选择 {n} 项</translation>
    </message>
    <message>
        <source>Nothing chosen</source>
        <translation>未选择任何项目</translation>
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
        <source>Details</source>
        <translation>详情</translation>
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
</TS>
