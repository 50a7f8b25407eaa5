<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>Canvas</name>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>还有 %n 项</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 毫秒</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 秒</translation>
    </message>
    <message>
        <source>running</source>
        <translation>运行中</translation>
    </message>
    <message>
        <source>muted</source>
        <translation>已静音</translation>
    </message>
    <message>
        <source>bypassed</source>
        <translation>已绕过</translation>
    </message>
    <message>
        <source>cached</source>
        <translation>已缓存</translation>
    </message>
    <message>
        <source>warning</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>error</source>
        <translation>错误</translation>
    </message>
</context>
<context>
    <name>FormMenu</name>
    <message>
        <source>Show in Form</source>
        <translation>显示在表单中</translation>
    </message>
    <message>
        <source>Remove from Form</source>
        <translation>从表单中移除</translation>
    </message>
    <message>
        <source>Move in Form</source>
        <translation>在表单中移动</translation>
    </message>
    <message>
        <source>Move Up in Form</source>
        <translation>在表单中上移</translation>
    </message>
    <message>
        <source>Move Down in Form</source>
        <translation>在表单中下移</translation>
    </message>
</context>
<context>
    <name>Joints</name>
    <message>
        <source>nose</source>
        <translation>鼻子</translation>
    </message>
    <message>
        <source>neck</source>
        <translation>颈部</translation>
    </message>
    <message>
        <source>right shoulder</source>
        <translation>右肩</translation>
    </message>
    <message>
        <source>right elbow</source>
        <translation>右肘</translation>
    </message>
    <message>
        <source>right wrist</source>
        <translation>右腕</translation>
    </message>
    <message>
        <source>left shoulder</source>
        <translation>左肩</translation>
    </message>
    <message>
        <source>left elbow</source>
        <translation>左肘</translation>
    </message>
    <message>
        <source>left wrist</source>
        <translation>左腕</translation>
    </message>
    <message>
        <source>right hip</source>
        <translation>右髋</translation>
    </message>
    <message>
        <source>right knee</source>
        <translation>右膝</translation>
    </message>
    <message>
        <source>right ankle</source>
        <translation>右踝</translation>
    </message>
    <message>
        <source>left hip</source>
        <translation>左髋</translation>
    </message>
    <message>
        <source>left knee</source>
        <translation>左膝</translation>
    </message>
    <message>
        <source>left ankle</source>
        <translation>左踝</translation>
    </message>
    <message>
        <source>right eye</source>
        <translation>右眼</translation>
    </message>
    <message>
        <source>left eye</source>
        <translation>左眼</translation>
    </message>
    <message>
        <source>right ear</source>
        <translation>右耳</translation>
    </message>
    <message>
        <source>left ear</source>
        <translation>左耳</translation>
    </message>
</context>
<context>
    <name>Labels</name>
    <message>
        <source>on</source>
        <translation>开</translation>
    </message>
    <message>
        <source>off</source>
        <translation>关</translation>
    </message>
    <message>
        <source>Subgraph</source>
        <translation>子图</translation>
    </message>
    <message>
        <source>unknown: %1</source>
        <translation>未知：%1</translation>
    </message>
    <message>
        <source>1 stroke</source>
        <translation>1 笔</translation>
    </message>
    <message>
        <source>%1 strokes</source>
        <translation>%1 笔</translation>
    </message>
    <message>
        <source>1 person</source>
        <translation>1 人</translation>
    </message>
    <message>
        <source>%1 people</source>
        <translation>%1 人</translation>
    </message>
</context>
<context>
    <name>Language</name>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
</context>
<context>
    <name>Models</name>
    <message>
        <source>reading…</source>
        <translation>读取中…</translation>
    </message>
    <message>
        <source>Checkpoint</source>
        <translation>大模型</translation>
    </message>
    <message>
        <source>Embedding</source>
        <translation>嵌入</translation>
    </message>
    <message>
        <source>Upscaler</source>
        <translation>放大模型</translation>
    </message>
    <message>
        <source>Preprocessor</source>
        <translation>预处理器</translation>
    </message>
    <message>
        <source>not supported yet</source>
        <translation>暂不支持</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>已损坏</translation>
    </message>
    <message>
        <source>It has not been read yet.</source>
        <translation>尚未读取。</translation>
    </message>
    <message>
        <source>The preprocessors that need this network find it by themselves.</source>
        <translation>需要此网络的预处理器会自动找到它。</translation>
    </message>
    <message>
        <source>This is not supported yet: %1. Athanor takes checkpoints, ControlNets and VAEs of %2.</source>
        <translation>暂不支持：%1。Athanor 支持 %2 的大模型、ControlNet 和 VAE。</translation>
    </message>
    <message>
        <source>It cannot be used: %1</source>
        <translation>无法使用：%1</translation>
    </message>
    <message>
        <source>No node takes this yet: %1.</source>
        <translation>目前还没有节点能使用它：%1。</translation>
    </message>
    <message>
        <source>Drag it onto the canvas, or press Enter.</source>
        <translation>拖到画布上，或按 Enter。</translation>
    </message>
    <message>
        <source>Diffusion model</source>
        <translation>扩散模型</translation>
    </message>
    <message>
        <source>Text encoder</source>
        <translation>文本编码器</translation>
    </message>
</context>
<context>
    <name>Shortcuts</name>
    <message>
        <source>Canvas, by hand</source>
        <translation>画布（鼠标操作）</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Add a node</source>
        <translation>添加节点</translation>
    </message>
    <message>
        <source>Double click</source>
        <translation>双击</translation>
    </message>
    <message>
        <source>Move the view</source>
        <translation>移动视图</translation>
    </message>
    <message>
        <source>Middle button, or Space and drag</source>
        <translation>按住中键，或按住空格拖动</translation>
    </message>
    <message>
        <source>Zoom at the pointer</source>
        <translation>以指针为中心缩放</translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation>滚轮</translation>
    </message>
    <message>
        <source>Select several</source>
        <translation>多选</translation>
    </message>
    <message>
        <source>Drag a box, or Shift and click</source>
        <translation>拖动框选，或按住 Shift 单击</translation>
    </message>
    <message>
        <source>From node to node</source>
        <translation>在节点间切换</translation>
    </message>
    <message>
        <source>Tab, Shift+Tab</source>
        <translation>Tab、Shift+Tab</translation>
    </message>
    <message>
        <source>Move what is selected</source>
        <translation>移动所选</translation>
    </message>
    <message>
        <source>Arrow keys, with Shift farther</source>
        <translation>方向键，按住 Shift 移动更远</translation>
    </message>
    <message>
        <source>More or less weight for the selection</source>
        <translation>增减所选文字的权重</translation>
    </message>
    <message>
        <source>Ctrl+Up, Ctrl+Down</source>
        <translation>Ctrl+↑、Ctrl+↓</translation>
    </message>
    <message>
        <source>Complete the word</source>
        <translation>补全单词</translation>
    </message>
    <message>
        <source>Ctrl+Space</source>
        <translation>Ctrl+空格</translation>
    </message>
    <message>
        <source>Fit, or 100 %</source>
        <translation>适应窗口，或 100 %</translation>
    </message>
    <message>
        <source>Double click; F, 1</source>
        <translation>双击；F、1</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>缩放</translation>
    </message>
    <message>
        <source>Wheel; +, −</source>
        <translation>滚轮；+、−</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>对比</translation>
    </message>
    <message>
        <source>C; Left and Right move the line</source>
        <translation>C；←、→ 移动分界线</translation>
    </message>
</context>
<context>
    <name>athanor::Banner</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>athanor::Breadcrumbs</name>
    <message>
        <source>Workflow</source>
        <translation>工作流</translation>
    </message>
</context>
<context>
    <name>athanor::CanvasActions</name>
    <message>
        <source>Add node…</source>
        <translation>添加节点…</translation>
    </message>
    <message>
        <source>Add comment</source>
        <translation>添加注释</translation>
    </message>
    <message>
        <source>Link…</source>
        <translation>连线…</translation>
    </message>
    <message>
        <source>Cut</source>
        <translation>剪切</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>粘贴</translation>
    </message>
    <message>
        <source>Paste with links</source>
        <translation>粘贴并保留连线</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>创建副本</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Delete with links</source>
        <translation>连同连线删除</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>全选</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>重命名…</translation>
    </message>
    <message>
        <source>Mute</source>
        <translation>静音</translation>
    </message>
    <message>
        <source>Bypass</source>
        <translation>绕过</translation>
    </message>
    <message>
        <source>Collapse</source>
        <translation>折叠</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>编组</translation>
    </message>
    <message>
        <source>Into a subgraph</source>
        <translation>转为子图</translation>
    </message>
    <message>
        <source>Out of the subgraph</source>
        <translation>拆解子图</translation>
    </message>
    <message>
        <source>Open the subgraph</source>
        <translation>打开子图</translation>
    </message>
    <message>
        <source>Back out of the subgraph</source>
        <translation>退出子图</translation>
    </message>
    <message>
        <source>Left edges</source>
        <translation>左对齐</translation>
    </message>
    <message>
        <source>Right edges</source>
        <translation>右对齐</translation>
    </message>
    <message>
        <source>Upper edges</source>
        <translation>顶端对齐</translation>
    </message>
    <message>
        <source>Lower edges</source>
        <translation>底端对齐</translation>
    </message>
    <message>
        <source>Middles across</source>
        <translation>水平居中</translation>
    </message>
    <message>
        <source>Middles along</source>
        <translation>垂直居中</translation>
    </message>
    <message>
        <source>Align</source>
        <translation>对齐</translation>
    </message>
    <message>
        <source>Equal gaps across</source>
        <translation>水平等距分布</translation>
    </message>
    <message>
        <source>Equal gaps down</source>
        <translation>垂直等距分布</translation>
    </message>
    <message>
        <source>Distribute</source>
        <translation>分布</translation>
    </message>
    <message>
        <source>Lay out</source>
        <translation>自动布局</translation>
    </message>
    <message>
        <source>Show everything</source>
        <translation>显示全部</translation>
    </message>
    <message>
        <source>Show the selection</source>
        <translation>显示所选</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>100 %</source>
        <translation>100 %</translation>
    </message>
    <message>
        <source>Small map</source>
        <translation>缩略图</translation>
    </message>
    <message>
        <source>Add a node that fits…</source>
        <translation>添加可连接的节点…</translation>
    </message>
    <message>
        <source>Remove links</source>
        <translation>移除连线</translation>
    </message>
    <message>
        <source>Add reroute</source>
        <translation>添加转接点</translation>
    </message>
    <message>
        <source>Remove link</source>
        <translation>移除连线</translation>
    </message>
    <message>
        <source>There are no nodes on the clipboard. Copy some first.</source>
        <translation>剪贴板上没有节点，请先复制。</translation>
    </message>
    <message>
        <source>Expand</source>
        <translation>展开</translation>
    </message>
    <message>
        <source>Subgraph</source>
        <translation>子图</translation>
    </message>
</context>
<context>
    <name>athanor::ChangedFileDialog</name>
    <message>
        <source>muted</source>
        <translation>已静音</translation>
    </message>
    <message>
        <source>bypassed</source>
        <translation>已绕过</translation>
    </message>
    <message>
        <source>runs</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>not the same</source>
        <translation>不同</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>模式</translation>
    </message>
    <message>
        <source>What feeds it</source>
        <translation>输入来源</translation>
    </message>
    <message>
        <source>Ports</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>moved</source>
        <translation>已移动</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>the form or its fresh seeds differ</source>
        <translation>表单或每次新取的种子不同</translation>
    </message>
    <message>
        <source>What it says is the same.</source>
        <translation>内容相同。</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>Changed on disk</source>
        <translation>磁盘上已更改</translation>
    </message>
    <message>
        <source>%1 has changed on disk</source>
        <translation>%1 在磁盘上已更改</translation>
    </message>
    <message>
        <source>Another window or program has written it since it was opened or saved here. Overwriting loses what it wrote.</source>
        <translation>自从在此打开或保存后，另一个窗口或程序写过它。覆盖会丢失它写入的内容。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Overwrite</source>
        <translation>覆盖</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>Reload</source>
        <translation>重新载入</translation>
    </message>
    <message>
        <source>Puts what is open here in place of what is on disk</source>
        <translation>用此处打开的内容替换磁盘上的内容</translation>
    </message>
    <message>
        <source>Opens what is on disk in place of what is open here</source>
        <translation>打开磁盘上的内容，替换此处打开的内容</translation>
    </message>
    <message>
        <source>Takes what is on disk; Undo brings back what is open here</source>
        <translation>采用磁盘上的内容；撤销可恢复此处打开的内容</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>On disk</source>
        <translation>磁盘上</translation>
    </message>
    <message>
        <source>Here</source>
        <translation>此处</translation>
    </message>
    <message>
        <source>What differs</source>
        <translation>差异</translation>
    </message>
    <message>
        <source>there</source>
        <translation>有</translation>
    </message>
    <message>
        <source>and %1 more</source>
        <translation>还有 %1 个</translation>
    </message>
    <message>
        <source>Nodes that differ: %1</source>
        <translation>有差异的节点：%1</translation>
    </message>
    <message>
        <source>only on disk: %1</source>
        <translation>仅在磁盘上：%1</translation>
    </message>
    <message>
        <source>only here: %1</source>
        <translation>仅在此处：%1</translation>
    </message>
    <message>
        <source>frames and comments that differ: %1</source>
        <translation>有差异的分组和注释：%1</translation>
    </message>
</context>
<context>
    <name>athanor::ChoiceField</name>
    <message>
        <source>several</source>
        <translation>多个值</translation>
    </message>
</context>
<context>
    <name>athanor::ChoicePopup</name>
    <message>
        <source>Nothing is called that</source>
        <translation>没有这个名称</translation>
    </message>
    <message>
        <source>Fewer letters find more.</source>
        <translation>少输入几个字可以找到更多。</translation>
    </message>
</context>
<context>
    <name>athanor::CurveField</name>
    <message>
        <source>The same all the way</source>
        <translation>始终不变</translation>
    </message>
    <message>
        <source>Fade out</source>
        <translation>渐弱</translation>
    </message>
    <message>
        <source>Fade in</source>
        <translation>渐强</translation>
    </message>
    <message>
        <source>Strong, then weak</source>
        <translation>先强后弱</translation>
    </message>
    <message>
        <source>Strong in the middle</source>
        <translation>中间最强</translation>
    </message>
    <message>
        <source>One point fewer</source>
        <translation>减少一个点</translation>
    </message>
    <message>
        <source>One point more</source>
        <translation>增加一个点</translation>
    </message>
    <message>
        <source>Usual curves</source>
        <translation>常用曲线</translation>
    </message>
    <message>
        <source>From the first step to the last. Drag the points; the dashed line is 1.</source>
        <translation>从第一步到最后一步。拖动各点；虚线为 1。</translation>
    </message>
    <message>
        <source>Curve over the steps</source>
        <translation>随步数变化的曲线</translation>
    </message>
    <message>
        <source>several</source>
        <translation>多个值</translation>
    </message>
    <message>
        <source>1 all the way</source>
        <translation>始终为 1</translation>
    </message>
</context>
<context>
    <name>athanor::DrawingField</name>
    <message>
        <source>Draw…</source>
        <translation>绘图…</translation>
    </message>
    <message>
        <source>Pose…</source>
        <translation>姿态…</translation>
    </message>
    <message>
        <source>several</source>
        <translation>多个值</translation>
    </message>
</context>
<context>
    <name>athanor::ExportDialog</name>
    <message>
        <source>Keep how it was made</source>
        <translation>保留生成信息</translation>
    </message>
    <message>
        <source>Save the picture</source>
        <translation>保存图片</translation>
    </message>
    <message>
        <source>PNG · every pixel as it is</source>
        <translation>PNG · 像素无损</translation>
    </message>
    <message>
        <source>WebP lossless · every pixel as it is</source>
        <translation>WebP 无损 · 像素无损</translation>
    </message>
    <message>
        <source>Prompt, settings and the workflow are written into the file.
Dropped on Athanor, it opens its workflow again.</source>
        <translation>提示词、参数和工作流会写入文件。
把它拖到 Athanor 上即可重新打开工作流。</translation>
    </message>
    <message>
        <source>%1 × %2 pixels</source>
        <translation>%1 × %2 像素</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>质量</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>选择文件夹</translation>
    </message>
    <message>
        <source>Save pictures in</source>
        <translation>图片保存到</translation>
    </message>
    <message>
        <source>The seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Its prompt</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>The model&apos;s name</source>
        <translation>模型名称</translation>
    </message>
    <message>
        <source>The sampler&apos;s name</source>
        <translation>采样器名称</translation>
    </message>
    <message>
        <source>Number of steps</source>
        <translation>步数</translation>
    </message>
    <message>
        <source>CFG scale</source>
        <translation>CFG 系数</translation>
    </message>
    <message>
        <source>Width in pixels</source>
        <translation>宽度（像素）</translation>
    </message>
    <message>
        <source>Height in pixels</source>
        <translation>高度（像素）</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天的日期</translation>
    </message>
    <message>
        <source>The time now</source>
        <translation>当前时间</translation>
    </message>
    <message>
        <source>A number that no file there has</source>
        <translation>该处尚未使用的编号</translation>
    </message>
    <message>
        <source>Insert what the picture knows</source>
        <translation>插入图片已有的信息</translation>
    </message>
    <message>
        <source>It does not tell how it was made</source>
        <translation>没有生成信息</translation>
    </message>
    <message>
        <source>The name %1</source>
        <translation>名称 %1</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>JPEG · smaller, not every pixel as it is</source>
        <translation>JPEG · 较小，像素会有变化</translation>
    </message>
    <message>
        <source>WebP · smaller, not every pixel as it is</source>
        <translation>WebP · 较小，像素会有变化</translation>
    </message>
</context>
<context>
    <name>athanor::FileActions</name>
    <message>
        <source>Open recent</source>
        <translation>最近打开</translation>
    </message>
    <message>
        <source>New</source>
        <translation>新建</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>打开…</translation>
    </message>
    <message>
        <source>Open a workflow</source>
        <translation>打开工作流</translation>
    </message>
    <message>
        <source>Workflows and pictures (*.json *.png *.jpg *.jpeg *.webp);;All files (*)</source>
        <translation>工作流和图片 (*.json *.png *.jpg *.jpeg *.webp);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>untitled</source>
        <translation>未命名</translation>
    </message>
    <message>
        <source>Athanor</source>
        <translation>Athanor</translation>
    </message>
    <message>
        <source>Save the changes to %1?</source>
        <translation>要保存对 %1 的更改吗？</translation>
    </message>
    <message>
        <source>Without saving, they are lost.</source>
        <translation>不保存的话，更改将会丢失。</translation>
    </message>
    <message>
        <source>Save the workflow</source>
        <translation>保存工作流</translation>
    </message>
    <message>
        <source>Workflows (*.json)</source>
        <translation>工作流 (*.json)</translation>
    </message>
    <message>
        <source>Not saved: %1</source>
        <translation>未保存：%1</translation>
    </message>
    <message>
        <source>Nothing yet</source>
        <translation>暂无</translation>
    </message>
    <message>
        <source>Reload</source>
        <translation>重新载入</translation>
    </message>
</context>
<context>
    <name>athanor::FileField</name>
    <message>
        <source>Pictures (*.png *.jpg *.jpeg *.webp *.bmp);;All files (*)</source>
        <translation>图片 (*.png *.jpg *.jpeg *.webp *.bmp);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Models (*.safetensors *.ckpt *.pt *.pth *.bin *.onnx);;All files (*)</source>
        <translation>模型 (*.safetensors *.ckpt *.pt *.pth *.bin *.onnx);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Files in the folder (Alt+Down)</source>
        <translation>文件夹中的文件 (Alt+↓)</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>several</source>
        <translation>多个值</translation>
    </message>
    <message>
        <source>Drop a file here</source>
        <translation>把文件拖到这里</translation>
    </message>
    <message>
        <source>No file of this kind is in the folder yet</source>
        <translation>文件夹中还没有这类文件</translation>
    </message>
    <message>
        <source>Choose a file</source>
        <translation>选择文件</translation>
    </message>
</context>
<context>
    <name>athanor::FormView</name>
    <message>
        <source>A form shows the few parameters that matter, so that the workflow can be used without looking at its nodes. Right-click a parameter in the node tab and choose “Show in Form”.</source>
        <translation>表单只列出重要的几个参数，不看节点也能使用工作流。在“节点”页右键单击参数，选择“显示在表单中”。</translation>
    </message>
    <message>
        <source>Begin with the usual ones</source>
        <translation>从常用参数开始</translation>
    </message>
    <message>
        <source>Make Form</source>
        <translation>创建表单</translation>
    </message>
</context>
<context>
    <name>athanor::GraphDocument</name>
    <message>
        <source>Earlier changes were let go to save memory and cannot be undone.</source>
        <translation>为节省内存，更早的更改已被丢弃，无法撤销。</translation>
    </message>
    <message>
        <source>This workflow is of a newer version and can only be looked at. Save it under another name to change it.</source>
        <translation>此工作流来自更新的版本，只能查看。要修改请另存为其他名称。</translation>
    </message>
    <message>
        <source>Forms and lists of fresh seeds hold at most %1 parameters, these would be %2.</source>
        <translation>表单和新取种子的列表最多容纳 %1 个参数，现在会有 %2 个。</translation>
    </message>
</context>
<context>
    <name>athanor::GraphView</name>
    <message>
        <source>Change file</source>
        <translation>更换文件</translation>
    </message>
    <message>
        <source>Add %1</source>
        <translation>添加 %1</translation>
    </message>
    <message>
        <source>Remove link</source>
        <translation>移除连线</translation>
    </message>
    <message>
        <source>Add reroute</source>
        <translation>添加转接点</translation>
    </message>
    <message>
        <source>Move</source>
        <translation>移动</translation>
    </message>
    <message>
        <source>Resize</source>
        <translation>调整大小</translation>
    </message>
    <message>
        <source>%1 has no input for %2</source>
        <translation>%1 没有可接 %2 的输入</translation>
    </message>
    <message>
        <source>%1 has no output that gives %2</source>
        <translation>%1 没有能提供 %2 的输出</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>连线</translation>
    </message>
    <message>
        <source>Workflow</source>
        <translation>工作流</translation>
    </message>
    <message>
        <source>Nothing here yet.
Double-click or press Space to add a node,
or drop a picture, a model or a workflow.</source>
        <translation>这里还是空的。
双击或按空格添加节点，
或拖入图片、模型或工作流。</translation>
    </message>
    <message>
        <source>%1 files at once are too many; up to %2 can be dropped</source>
        <translation>一次拖入 %1 个文件太多了，最多 %2 个</translation>
    </message>
    <message>
        <source>No node has a port for %1.</source>
        <translation>没有节点带有 %1 端口。</translation>
    </message>
    <message>
        <source>Nodes that take %1</source>
        <translation>接受 %1 的节点</translation>
    </message>
    <message>
        <source>Nodes that give %1</source>
        <translation>提供 %1 的节点</translation>
    </message>
    <message>
        <source>Add a node</source>
        <translation>添加节点</translation>
    </message>
    <message>
        <source>Change comment</source>
        <translation>修改注释</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>in place of the link there</source>
        <translation>替换原有连线</translation>
    </message>
    <message>
        <source>gives</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>takes</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>No other node has a port that fits this one. Add one with Space.</source>
        <translation>没有其他节点的端口能与之相连。按空格添加一个。</translation>
    </message>
    <message>
        <source>Link what to what</source>
        <translation>从哪里连到哪里</translation>
    </message>
</context>
<context>
    <name>athanor::HistoryStrip</name>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>%1
%2 × %3 · double-click opens its workflow</source>
        <translation>%1
%2 × %3 · 双击打开其工作流</translation>
    </message>
    <message>
        <source>Open its workflow</source>
        <translation>打开其工作流</translation>
    </message>
    <message>
        <source>Compare with the picture shown</source>
        <translation>与当前图片对比</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>Copy picture</source>
        <translation>复制图片</translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation>复制路径</translation>
    </message>
    <message>
        <source>Show in its folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Remove from the history</source>
        <translation>从历史中移除</translation>
    </message>
    <message>
        <source>Results are kept here: click to look, double-click to open the workflow, drag out to use the file.</source>
        <translation>结果保存在这里：单击查看，双击打开工作流，拖出即可使用文件。</translation>
    </message>
</context>
<context>
    <name>athanor::ImageViewer</name>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>Pictures come out here.
Press Ctrl+Enter to run the workflow.</source>
        <translation>图片将显示在这里。
按 Ctrl+Enter 运行工作流。</translation>
    </message>
</context>
<context>
    <name>athanor::Inspector</name>
    <message>
        <source>Node</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>Form</source>
        <translation>表单</translation>
    </message>
    <message>
        <source>Problems</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Problems %1</source>
        <translation>问题 %1</translation>
    </message>
</context>
<context>
    <name>athanor::LogPanel</name>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>What runs do is told here.</source>
        <translation>运行过程会记录在这里。</translation>
    </message>
    <message>
        <source>Run %1: </source>
        <translation>运行 %1：</translation>
    </message>
    <message>
        <source>%1 took %2</source>
        <translation>%1 用时 %2</translation>
    </message>
    <message>
        <source>%1 has not changed</source>
        <translation>%1 没有变化</translation>
    </message>
    <message>
        <source>saved %1</source>
        <translation>已保存 %1</translation>
    </message>
    <message>
        <source>cancelled after %1</source>
        <translation>%1 后取消</translation>
    </message>
    <message>
        <source>finished in %1</source>
        <translation>%1 完成</translation>
    </message>
</context>
<context>
    <name>athanor::MainWindow</name>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation>检查器</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>队列</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Saved %1</source>
        <translation>已保存 %1</translation>
    </message>
    <message>
        <source>Not autosaved: %1</source>
        <translation>未能自动保存：%1</translation>
    </message>
    <message>
        <source>an unsaved workflow</source>
        <translation>未保存的工作流</translation>
    </message>
    <message>
        <source>Athanor did not end properly. Changes to %1 were kept at %2.</source>
        <translation>Athanor 上次未正常退出。对 %1 的更改已于 %2 保存。</translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>Workflows can be edited but not run: %1.</source>
        <translation>可以编辑工作流，但无法运行：%1。</translation>
    </message>
    <message>
        <source>One file at a time can be opened</source>
        <translation>一次只能打开一个文件</translation>
    </message>
    <message>
        <source>Nothing is fetched from the network; save it as a file first</source>
        <translation>不会从网络下载；请先保存为文件</translation>
    </message>
    <message>
        <source>New from the first workflow</source>
        <translation>从初始工作流新建</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>设置…</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Welcome</source>
        <translation>欢迎</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>About Athanor</source>
        <translation>关于 Athanor</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Fit the picture</source>
        <translation>图片适应窗口</translation>
    </message>
    <message>
        <source>Picture at 100 %</source>
        <translation>图片 100 %</translation>
    </message>
    <message>
        <source>Compare with the result before</source>
        <translation>与上一个结果对比</translation>
    </message>
    <message>
        <source>Copy the picture</source>
        <translation>复制图片</translation>
    </message>
    <message>
        <source>Save the picture as…</source>
        <translation>图片另存为…</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Run the workflow; only what has changed is run</source>
        <translation>运行工作流；只运行有变化的部分</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Pause after the step in progress, and go on</source>
        <translation>当前步完成后暂停，再按继续</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancel the run in progress</source>
        <translation>取消当前运行</translation>
    </message>
    <message>
        <source>Cancel all</source>
        <translation>全部取消</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Nothing until the picture is done</source>
        <translation>完成前不显示</translation>
    </message>
    <message>
        <source>Latent colours</source>
        <translation>潜空间颜色</translation>
    </message>
    <message>
        <source>Full picture</source>
        <translation>完整图片</translation>
    </message>
    <message>
        <source>Every few steps through the VAE, which takes time</source>
        <translation>每隔几步经 VAE 解码，较费时间</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Arrange panels</source>
        <translation>排列面板</translation>
    </message>
    <message>
        <source>Reset the layout</source>
        <translation>重置布局</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>全屏</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Graph</source>
        <translation>节点图(&amp;G)</translation>
    </message>
    <message>
        <source>Align</source>
        <translation>对齐</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>运行(&amp;R)</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>&lt;h3&gt;Athanor %1&lt;/h3&gt;&lt;p&gt;Native image generation on Vulkan.&lt;/p&gt;&lt;p&gt;Apache License 2.0. Made with Qt %2.&lt;/p&gt;</source>
        <translation>&lt;h3&gt;Athanor %1&lt;/h3&gt;&lt;p&gt;基于 Vulkan 的原生图像生成。&lt;/p&gt;&lt;p&gt;Apache License 2.0。使用 Qt %2 构建。&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Canvas</source>
        <translation>画布</translation>
    </message>
    <message>
        <source>%1 · %2 of %3</source>
        <translation>%1 · %2 / %3</translation>
    </message>
    <message numerus="yes">
        <source>%1 (and %n more)</source>
        <translation>
            <numerusform>%1（另有 %n 项）</numerusform>
        </translation>
    </message>
    <message>
        <source>step %1 of %2</source>
        <translation>第 %1 步，共 %2 步</translation>
    </message>
    <message>
        <source> · latent colours</source>
        <translation> · 潜空间颜色</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>%1/step · %2 left</source>
        <translation>%1/步 · 剩余 %2</translation>
    </message>
    <message>
        <source>The run failed.</source>
        <translation>运行失败。</translation>
    </message>
    <message>
        <source>read-only</source>
        <translation>只读</translation>
    </message>
    <message>
        <source>edited</source>
        <translation>已修改</translation>
    </message>
    <message>
        <source>%1 was changed by another window or program. Saving asks before it is overwritten.</source>
        <translation>%1 已被另一个窗口或程序更改。保存时会先询问再覆盖。</translation>
    </message>
    <message>
        <source>Compare…</source>
        <translation>比较…</translation>
    </message>
    <message>
        <source>Reload</source>
        <translation>重新载入</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>%1 is no longer on the disk. What is open here is all there is of it.</source>
        <translation>%1 已不在磁盘上，只剩此处打开的内容。</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Reloaded %1</source>
        <translation>已重新载入 %1</translation>
    </message>
    <message>
        <source>Every step, roughly: the latent&apos;s values as colours</source>
        <translation>每一步，粗略：把潜空间的数值显示为颜色</translation>
    </message>
</context>
<context>
    <name>athanor::Minimap</name>
    <message>
        <source>The whole workflow; click to go there</source>
        <translation>整个工作流；单击前往</translation>
    </message>
</context>
<context>
    <name>athanor::ModelsPanel</name>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Search models</source>
        <translation>搜索模型</translation>
    </message>
    <message>
        <source>All families</source>
        <translation>所有类型</translation>
    </message>
    <message>
        <source>Not usable</source>
        <translation>不可用</translation>
    </message>
    <message>
        <source>Family</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Look through the folders again</source>
        <translation>重新扫描文件夹</translation>
    </message>
    <message>
        <source>Open the folder of models</source>
        <translation>打开模型文件夹</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source> · reading %1</source>
        <translation> · 正在读取 %1 个</translation>
    </message>
    <message>
        <source> · looking</source>
        <translation> · 正在扫描</translation>
    </message>
    <message>
        <source>Only what comes with Athanor is here. Put models of your own – .safetensors files or diffusers folders of %2 – into %1</source>
        <translation>这里只有 Athanor 自带的模型。请把您自己的模型（%2 的 .safetensors 文件或 diffusers 文件夹）放入 %1</translation>
    </message>
    <message>
        <source>The folder %1 cannot be made.</source>
        <translation>无法创建文件夹 %1。</translation>
    </message>
    <message>
        <source>Models: %1</source>
        <translation>模型：%1</translation>
    </message>
    <message>
        <source>Models: %1 of %2</source>
        <translation>模型：%1 / %2</translation>
    </message>
    <message>
        <source> · files skipped, as their names are no text: %1</source>
        <translation> · 因文件名不是有效文本而跳过的文件：%1</translation>
    </message>
</context>
<context>
    <name>athanor::NodeHeader</name>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Muted</source>
        <translation>静音</translation>
    </message>
    <message>
        <source>Bypassed</source>
        <translation>绕过</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>模式</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>%1 nodes</source>
        <translation>%1 个节点</translation>
    </message>
    <message>
        <source>several</source>
        <translation>多个值</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Run Again</source>
        <translation>重新运行</translation>
    </message>
    <message>
        <source>Mute</source>
        <translation>静音</translation>
    </message>
    <message>
        <source>Bypass</source>
        <translation>绕过</translation>
    </message>
    <message>
        <source>Change Colour</source>
        <translation>更改颜色</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Muted: it does not run, nor does what needs it. Bypassed: it does nothing, and what comes in goes on to outputs that fit.</source>
        <translation>静音：它不运行，需要它的节点也不运行。绕过：它什么也不做，输入直接传给合适的输出。</translation>
    </message>
</context>
<context>
    <name>athanor::NumberField</name>
    <message>
        <source>mixed</source>
        <translation>混合</translation>
    </message>
</context>
<context>
    <name>athanor::PaintCanvas</name>
    <message>
        <source>Drawing</source>
        <translation>绘图</translation>
    </message>
    <message>
        <source>This drawing cannot be shown: %1.
Clear it to begin anew.</source>
        <translation>无法显示此绘图：%1。
清空后可重新开始。</translation>
    </message>
    <message>
        <source>The drawing is full: it has %1. Save what it gives and go on in another.</source>
        <translation>绘图已满：共 %1。请保存其结果，再新建一张继续。</translation>
    </message>
</context>
<context>
    <name>athanor::PaintView</name>
    <message>
        <source>Erase</source>
        <translation>擦除</translation>
    </message>
    <message>
        <source>Brush Stroke</source>
        <translation>画笔笔触</translation>
    </message>
    <message>
        <source>Width and height of the sheet in pixels; strokes keep their place</source>
        <translation>画纸的宽高（像素）；笔触位置不变</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清空</translation>
    </message>
    <message>
        <source>Take everything off the sheet</source>
        <translation>清除画纸上的全部内容</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Back to the canvas (Esc)</source>
        <translation>返回画布 (Esc)</translation>
    </message>
    <message>
        <source>Size of the sheet</source>
        <translation>画纸尺寸</translation>
    </message>
    <message>
        <source>Width in pixels</source>
        <translation>宽度（像素）</translation>
    </message>
    <message>
        <source>Height in pixels</source>
        <translation>高度（像素）</translation>
    </message>
    <message>
        <source>Brush (B)</source>
        <translation>画笔 (B)</translation>
    </message>
    <message>
        <source>Eraser (E)</source>
        <translation>橡皮擦 (E)</translation>
    </message>
    <message>
        <source>Size of the brush ([ and ])</source>
        <translation>画笔大小（[ 和 ]）</translation>
    </message>
    <message>
        <source>Hardness of the brush&apos;s edge</source>
        <translation>画笔边缘硬度</translation>
    </message>
    <message>
        <source>White on black</source>
        <translation>黑底白线</translation>
    </message>
    <message>
        <source>Black on white</source>
        <translation>白底黑线</translation>
    </message>
    <message>
        <source>Mask</source>
        <translation>蒙版</translation>
    </message>
    <message>
        <source>How the drawing is shown; what the node gives is chosen there</source>
        <translation>仅影响绘图时的显示；节点的输出在节点上选择</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>尺寸</translation>
    </message>
    <message>
        <source>Hardness</source>
        <translation>硬度</translation>
    </message>
    <message>
        <source>Draw with the mouse or a pen</source>
        <translation>用鼠标或数位笔绘制</translation>
    </message>
    <message>
        <source>Other…</source>
        <translation>其他…</translation>
    </message>
    <message>
        <source>%1 px</source>
        <translation>%1 像素</translation>
    </message>
    <message>
        <source>Resize Sheet</source>
        <translation>调整画纸尺寸</translation>
    </message>
    <message>
        <source>Clear Drawing</source>
        <translation>清空绘图</translation>
    </message>
</context>
<context>
    <name>athanor::ParamPanel</name>
    <message>
        <source>%1 nodes</source>
        <translation>%1 个节点</translation>
    </message>
    <message>
        <source>This program does not know nodes of this type. It keeps them as they are.</source>
        <translation>本程序不认识这种节点，会原样保留。</translation>
    </message>
    <message>
        <source>Nodes of different types have no parameters in common. Mode and colour go for all of them.</source>
        <translation>不同类型的节点没有共同参数。模式和颜色对它们都有效。</translation>
    </message>
    <message>
        <source>Nothing here yet. Add a node with Space or a double-click on the canvas.</source>
        <translation>这里还是空的。在画布上按空格或双击添加节点。</translation>
    </message>
    <message>
        <source>Select a node to see and change its parameters.</source>
        <translation>选择节点以查看和修改参数。</translation>
    </message>
</context>
<context>
    <name>athanor::ParamRow</name>
    <message>
        <source>Draw Seeds Anew</source>
        <translation>重新抽取种子</translation>
    </message>
    <message>
        <source>Keep Seed</source>
        <translation>固定种子</translation>
    </message>
    <message>
        <source>Change %1</source>
        <translation>修改%1</translation>
    </message>
    <message>
        <source>Back to %1</source>
        <translation>恢复为 %1</translation>
    </message>
    <message>
        <source>from %1</source>
        <translation>来自 %1</translation>
    </message>
    <message>
        <source>A link feeds this. Go to %1</source>
        <translation>由连线提供。前往 %1</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
</context>
<context>
    <name>athanor::ParamWidget</name>
    <message>
        <source>several</source>
        <translation>多个值</translation>
    </message>
</context>
<context>
    <name>athanor::PictureActions</name>
    <message>
        <source>%1 cannot be read any more</source>
        <translation>%1 已无法读取</translation>
    </message>
    <message>
        <source>The picture is on the clipboard</source>
        <translation>图片已复制到剪贴板</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>正在保存…</translation>
    </message>
    <message>
        <source>Not saved: %1</source>
        <translation>未保存：%1</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>Saved %1</source>
        <translation>已保存 %1</translation>
    </message>
    <message>
        <source>Opened from a picture made with %1: %2</source>
        <translation>从 %1 生成的图片打开：%2</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详细信息</translation>
    </message>
    <message>
        <source>This picture was made with %1: %2</source>
        <translation>此图片由 %1 生成：%2</translation>
    </message>
</context>
<context>
    <name>athanor::PictureCard</name>
    <message>
        <source>%1 · %2 × %3</source>
        <translation>%1 · %2 × %3</translation>
    </message>
    <message>
        <source>%1 · cannot be read</source>
        <translation>%1 · 无法读取</translation>
    </message>
    <message>
        <source> · made with %1</source>
        <translation> · 由 %1 生成</translation>
    </message>
    <message>
        <source>Load its workflow</source>
        <translation>载入其工作流</translation>
    </message>
    <message>
        <source>Use as picture</source>
        <translation>用作图片</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>Negative prompt</source>
        <translation>负面提示词</translation>
    </message>
    <message>
        <source>It does not tell how it was made.</source>
        <translation>没有生成信息。</translation>
    </message>
    <message>
        <source>You are asked about unsaved changes first.</source>
        <translation>会先询问未保存的更改。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Adds a node that loads it</source>
        <translation>添加一个载入它的节点</translation>
    </message>
</context>
<context>
    <name>athanor::PoseCanvas</name>
    <message>
        <source>Poses</source>
        <translation>姿态</translation>
    </message>
    <message>
        <source>Add Person</source>
        <translation>添加人物</translation>
    </message>
    <message>
        <source>Remove Person</source>
        <translation>移除人物</translation>
    </message>
    <message>
        <source>Move Joint</source>
        <translation>移动关节</translation>
    </message>
    <message>
        <source>Move Person</source>
        <translation>移动人物</translation>
    </message>
    <message>
        <source>Resize Person</source>
        <translation>缩放人物</translation>
    </message>
    <message>
        <source>Hide Joint</source>
        <translation>隐藏关节</translation>
    </message>
    <message>
        <source>Show Joint</source>
        <translation>显示关节</translation>
    </message>
    <message>
        <source>Nobody is here yet. Press N to add someone, or drop a file of OpenPose here.</source>
        <translation>这里还没有人物。按 N 添加，或拖入 OpenPose 文件。</translation>
    </message>
    <message>
        <source>These poses cannot be shown: %1.</source>
        <translation>无法显示这些姿态：%1。</translation>
    </message>
</context>
<context>
    <name>athanor::PoseView</name>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Back to the canvas (Esc)</source>
        <translation>返回画布 (Esc)</translation>
    </message>
    <message>
        <source>Add person</source>
        <translation>添加人物</translation>
    </message>
    <message>
        <source>Someone who stands (N)</source>
        <translation>站立的人物 (N)</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Remove the chosen person (Delete)</source>
        <translation>移除所选人物 (Delete)</translation>
    </message>
    <message>
        <source>OpenPose files (*.json);;All files (*)</source>
        <translation>OpenPose 文件 (*.json);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>导入…</translation>
    </message>
    <message>
        <source>Take people from a file of OpenPose</source>
        <translation>从 OpenPose 文件载入人物</translation>
    </message>
    <message>
        <source>Import poses</source>
        <translation>导入姿态</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Write the people to a file of OpenPose</source>
        <translation>把人物写入 OpenPose 文件</translation>
    </message>
    <message>
        <source>Export poses</source>
        <translation>导出姿态</translation>
    </message>
    <message>
        <source>Drag joints, the person or the frame&apos;s corner; H or a right click hides a joint</source>
        <translation>拖动关节、人物或边框角；按 H 或右键单击可隐藏关节</translation>
    </message>
    <message>
        <source>Import Poses</source>
        <translation>导入姿态</translation>
    </message>
</context>
<context>
    <name>athanor::ProblemList</name>
    <message>
        <source>Of the workflow as a whole</source>
        <translation>整个工作流</translation>
    </message>
    <message>
        <source>Go to the node</source>
        <translation>前往节点</translation>
    </message>
    <message>
        <source>Nothing is wrong, as far as can be told before it runs.</source>
        <translation>就运行前能判断的而言，没有问题。</translation>
    </message>
</context>
<context>
    <name>athanor::PromptEdit</name>
    <message>
        <source>Nothing is open that this bracket could close, so it counts as text. Write \) if that is meant.</source>
        <translation>没有与此右括号匹配的左括号，因此按文字处理。若本意如此请写作 \)。</translation>
    </message>
    <message>
        <source>This bracket is never closed and reaches to the end. Write \( if text is meant.</source>
        <translation>此括号没有闭合，一直延续到末尾。若要表示文字请写作 \(。</translation>
    </message>
    <message>
        <source>This weight is no number such as 1.3, so it counts as text.</source>
        <translation>此权重不是 1.3 这样的数字，因此按文字处理。</translation>
    </message>
</context>
<context>
    <name>athanor::PromptField</name>
    <message>
        <source>Ctrl ↑↓ changes the weight</source>
        <translation>Ctrl ↑↓ 调整权重</translation>
    </message>
    <message>
        <source>Earlier prompts (Alt+Up, Alt+Down)</source>
        <translation>以前的提示词 (Alt+↑、Alt+↓)</translation>
    </message>
    <message>
        <source>Several nodes with different prompts; what you write is for all of them</source>
        <translation>多个节点的提示词不同；您输入的内容对它们都有效</translation>
    </message>
    <message>
        <source>Words for what it is about</source>
        <translation>描述画面内容</translation>
    </message>
    <message>
        <source>%1 of %2 tokens</source>
        <translation>%1 / %2 个词元</translation>
    </message>
    <message>
        <source> in %1 chunks</source>
        <translation>，分为 %1 段</translation>
    </message>
    <message>
        <source>The model reads a prompt in chunks of %1 tokens. A dashed line marks where the next one begins; BREAK begins one on purpose.</source>
        <translation>模型每次读取 %1 个词元为一段。虚线标出下一段的开始；BREAK 可强制分段。</translation>
    </message>
</context>
<context>
    <name>athanor::QueuePanel</name>
    <message>
        <source>done in %1</source>
        <translation>%1 完成</translation>
    </message>
    <message>
        <source>nothing had changed</source>
        <translation>没有变化</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>队列</translation>
    </message>
    <message>
        <source>Earlier (Alt+Up)</source>
        <translation>提前 (Alt+↑)</translation>
    </message>
    <message>
        <source>Later (Alt+Down)</source>
        <translation>推后 (Alt+↓)</translation>
    </message>
    <message>
        <source>Run again</source>
        <translation>重新运行</translation>
    </message>
    <message>
        <source>Cancel, or remove from the list (Delete)</source>
        <translation>取消，或从列表中移除 (Delete)</translation>
    </message>
    <message>
        <source>running</source>
        <translation>运行中</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>%1, %2 of %3</source>
        <translation>%1，%2 / %3</translation>
    </message>
    <message>
        <source>Open this workflow</source>
        <translation>打开此工作流</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancel or remove</source>
        <translation>取消或移除</translation>
    </message>
</context>
<context>
    <name>athanor::RunBar</name>
    <message>
        <source>What is shown while a picture is made</source>
        <translation>生成过程中显示什么</translation>
    </message>
    <message>
        <source>Preview: %1 ▾</source>
        <translation>预览：%1 ▾</translation>
    </message>
    <message>
        <source>Batch </source>
        <translation>批次 </translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>Add node</source>
        <translation>添加节点</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>How many runs Run starts: each with the next seed, or with new ones where they are drawn anew</source>
        <translation>“运行”启动多少次：每次用下一个种子，设为新取的则每次新取</translation>
    </message>
</context>
<context>
    <name>athanor::Runs</name>
    <message>
        <source>%1 s</source>
        <translation>%1 秒</translation>
    </message>
    <message>
        <source>%1:%2 min</source>
        <translation>%1:%2 分</translation>
    </message>
</context>
<context>
    <name>athanor::SearchPopup</name>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Nothing has this in its name</source>
        <translation>没有名称包含此内容的项</translation>
    </message>
</context>
<context>
    <name>athanor::SeedField</name>
    <message>
        <source>Throw the dice: another seed</source>
        <translation>掷骰子：换一个种子</translation>
    </message>
    <message>
        <source>new for each run</source>
        <translation>每次运行更换</translation>
    </message>
    <message>
        <source>several</source>
        <translation>多个值</translation>
    </message>
    <message>
        <source>Keep one seed</source>
        <translation>固定种子</translation>
    </message>
    <message>
        <source>Draw another seed for each run</source>
        <translation>每次运行抽取新种子</translation>
    </message>
    <message>
        <source>Take the seed of the last run, %1</source>
        <translation>使用上次运行的种子 %1</translation>
    </message>
    <message>
        <source>No run yet</source>
        <translation>还没有运行过</translation>
    </message>
</context>
<context>
    <name>athanor::SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>One folder a line, besides Athanor&apos;s own</source>
        <translation>每行一个文件夹（Athanor 自己的除外）</translation>
    </message>
    <message>
        <source> steps</source>
        <translation> 步</translation>
    </message>
    <message>
        <source>Pictures go to</source>
        <translation>图片保存位置</translation>
    </message>
    <message>
        <source>Models are in</source>
        <translation>模型位置</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>精度</translation>
    </message>
    <message>
        <source>Full preview every</source>
        <translation>完整预览间隔</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Another language is taken from the next start on.</source>
        <translation>更换语言在下次启动后生效。</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>选择文件夹</translation>
    </message>
    <message>
        <source>The first that athanor devices lists; or a part of a name</source>
        <translation>athanor devices 列出的第一个；或名称的一部分</translation>
    </message>
    <message>
        <source>fp16 where the device has it, else fp32</source>
        <translation>设备支持时用 fp16，否则用 fp32</translation>
    </message>
    <message>
        <source>fp16: 2 bytes a number</source>
        <translation>fp16：每个数 2 字节</translation>
    </message>
    <message>
        <source>fp32: 4 bytes a number</source>
        <translation>fp32：每个数 4 字节</translation>
    </message>
</context>
<context>
    <name>athanor::ShortcutDialog</name>
    <message>
        <source>Take it over</source>
        <translation>改归此项</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>全部重置</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Search by what they do, or by key</source>
        <translation>按功能或按键搜索</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Leave the row without keys</source>
        <translation>让此项没有快捷键</translation>
    </message>
    <message>
        <source>Give the row its usual keys back</source>
        <translation>恢复此项的默认快捷键</translation>
    </message>
    <message>
        <source>This cannot be changed.</source>
        <translation>此项不能更改。</translation>
    </message>
    <message>
        <source>Press keys…</source>
        <translation>请按键…</translation>
    </message>
    <message>
        <source>%1 is used by “%2”.</source>
        <translation>%1 已用于“%2”。</translation>
    </message>
    <message>
        <source>Press the keys for it. Escape leaves it as it is.</source>
        <translation>请按下新的快捷键。按 Esc 保持不变。</translation>
    </message>
    <message>
        <source>Click a row, or press Enter on it, to give it other keys.</source>
        <translation>单击某一行或在其上按 Enter，即可更改快捷键。</translation>
    </message>
</context>
<context>
    <name>athanor::SizeField</name>
    <message>
        <source>Width</source>
        <translation>宽度</translation>
    </message>
    <message>
        <source>Height</source>
        <translation>高度</translation>
    </message>
    <message>
        <source>Swap width and height</source>
        <translation>交换宽高</translation>
    </message>
    <message>
        <source>Usual sizes</source>
        <translation>常用尺寸</translation>
    </message>
    <message>
        <source>several</source>
        <translation>多个值</translation>
    </message>
</context>
<context>
    <name>athanor::SizeRow</name>
    <message>
        <source>Size</source>
        <translation>尺寸</translation>
    </message>
    <message>
        <source>Change Size</source>
        <translation>更改尺寸</translation>
    </message>
    <message>
        <source>Back to %1 × %2</source>
        <translation>恢复为 %1 × %2</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
</context>
<context>
    <name>athanor::StatusLine</name>
    <message>
        <source>Ready</source>
        <translation>就绪</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>运行中</translation>
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
        <source>Nothing has changed since the last run</source>
        <translation>自上次运行以来没有变化</translation>
    </message>
    <message>
        <source>Done in %1</source>
        <translation>%1 完成</translation>
    </message>
    <message numerus="yes">
        <source>%n more in the queue</source>
        <translation>
            <numerusform>队列中还有 %n 项</numerusform>
        </translation>
    </message>
    <message>
        <source>No device</source>
        <translation>没有设备</translation>
    </message>
    <message>
        <source> · %1 of %2 GiB</source>
        <translation> · %1 / %2 GiB</translation>
    </message>
    <message>
        <source>Looking for a device</source>
        <translation>正在查找设备</translation>
    </message>
    <message>
        <source>autosaved just now</source>
        <translation>刚刚自动保存</translation>
    </message>
    <message>
        <source>autosaved %1 s ago</source>
        <translation>%1 秒前自动保存</translation>
    </message>
    <message>
        <source>autosaved %1 min ago</source>
        <translation>%1 分钟前自动保存</translation>
    </message>
</context>
<context>
    <name>athanor::UnderlayBar</name>
    <message>
        <source>Underneath</source>
        <translation>底图</translation>
    </message>
    <message>
        <source>A picture below the sheet to draw over; it is not part of the drawing</source>
        <translation>画纸下方用来描摹的图片；不属于绘图</translation>
    </message>
    <message>
        <source>Last result</source>
        <translation>上次结果</translation>
    </message>
    <message>
        <source>Picture from a file…</source>
        <translation>来自文件的图片…</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Opacity of the picture underneath</source>
        <translation>底图的不透明度</translation>
    </message>
    <message>
        <source>How much of the picture underneath shows</source>
        <translation>底图显示的程度</translation>
    </message>
    <message>
        <source>Choose a picture</source>
        <translation>选择图片</translation>
    </message>
    <message>
        <source>Pictures (*.png *.jpg *.jpeg *.webp *.bmp);;All files (*)</source>
        <translation>图片 (*.png *.jpg *.jpeg *.webp *.bmp);;所有文件 (*)</translation>
    </message>
    <message>
        <source>%1 is no picture that can be read.</source>
        <translation>%1 不是可读取的图片。</translation>
    </message>
</context>
<context>
    <name>athanor::WelcomePage</name>
    <message>
        <source>Text to image</source>
        <translation>文生图</translation>
    </message>
    <message>
        <source>Say what is to be seen, and it is drawn.</source>
        <translation>用文字描述，即可生成画面。</translation>
    </message>
    <message>
        <source>Image to image</source>
        <translation>图生图</translation>
    </message>
    <message>
        <source>A picture becomes another that resembles it.</source>
        <translation>把一张图片变成相似的另一张。</translation>
    </message>
    <message>
        <source>Scribble to picture</source>
        <translation>涂鸦生图</translation>
    </message>
    <message>
        <source>Draw some lines, and the picture follows them.</source>
        <translation>随手画几笔，图片便照着生成。</translation>
    </message>
    <message>
        <source>Pose to picture</source>
        <translation>姿态生图</translation>
    </message>
    <message>
        <source>Pose a figure, and a person stands like it.</source>
        <translation>摆好姿态，人物就照样站立。</translation>
    </message>
    <message>
        <source>Follow a picture</source>
        <translation>参照图片</translation>
    </message>
    <message>
        <source>Edges and depth of a picture steer a new one.</source>
        <translation>用一张图片的边缘和深度控制新图片。</translation>
    </message>
    <message>
        <source>What shall it be?</source>
        <translation>想画点什么？</translation>
    </message>
    <message>
        <source>Each example opens as a workflow that is ready: press Run, then change what you like.</source>
        <translation>每个示例都是可以直接运行的工作流：点“运行”，再按喜好修改。</translation>
    </message>
    <message>
        <source>Close (Escape)</source>
        <translation>关闭 (Esc)</translation>
    </message>
    <message>
        <source>New, without any nodes</source>
        <translation>新建空白工作流</translation>
    </message>
    <message>
        <source>Open a workflow or picture…</source>
        <translation>打开工作流或图片…</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Opened lately</source>
        <translation>最近打开</translation>
    </message>
    <message>
        <source>Open the folder of models</source>
        <translation>打开模型文件夹</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Show this when Athanor starts</source>
        <translation>启动时显示此页</translation>
    </message>
    <message>
        <source>Workflows that you open or save are listed here.</source>
        <translation>打开或保存过的工作流会列在这里。</translation>
    </message>
    <message>
        <source>The starter model draws simple scenes, 256 × 256 pixels. For more, put models of your own into %1: %2</source>
        <translation>自带的入门模型可画 256 × 256 像素的简单场景。想要更多，请把您自己的模型放入 %1：%2</translation>
    </message>
    <message>
        <source>Models of your own are in %1</source>
        <translation>您自己的模型位于 %1</translation>
    </message>
</context>
<context>
    <name>nodes</name>
    <message>
        <source>%1 is %2, but the sampler %3 has none; it is left out</source>
        <translation>%1 为 %2，但采样器 %3 没有此项；已略去</translation>
    </message>
    <message>
        <source>%1 is %2, no number; the usual one is taken</source>
        <translation>%1 为 %2，不是数字；采用通常值</translation>
    </message>
    <message>
        <source>%1: choose its picture, which the text does not hold</source>
        <translation>%1：请选择它的图片，文本中没有</translation>
    </message>
    <message>
        <source>1: the last, 2: the one before, …</source>
        <translation>1：最后一层，2：前一层，…</translation>
    </message>
    <message>
        <source>A</source>
        <translation>A</translation>
    </message>
    <message>
        <source>A PNG, JPEG, WebP or BMP picture.</source>
        <translation>PNG、JPEG、WebP 或 BMP 图片。</translation>
    </message>
    <message>
        <source>A Stable Diffusion model: a single file or a diffusers folder.</source>
        <translation>Stable Diffusion 大模型：单个文件或 diffusers 文件夹。</translation>
    </message>
    <message>
        <source>A batch of the same latent, to make several pictures from one beginning.</source>
        <translation>重复同一潜空间图像成批，从同一起点生成多张图片。</translation>
    </message>
    <message>
        <source>A batch of the same picture.</source>
        <translation>重复同一图片成批。</translation>
    </message>
    <message>
        <source>A bend in a link.</source>
        <translation>连线上的转折点。</translation>
    </message>
    <message>
        <source>A drawing: dark lines on light paper</source>
        <translation>一张画：浅色纸上的深色线条</translation>
    </message>
    <message>
        <source>A drawing: dark lines on light paper; or a map of soft edges</source>
        <translation>一张画：浅色纸上的深色线条；或柔和边缘图</translation>
    </message>
    <message>
        <source>A network that makes pictures follow a map: edges, poses, depths.</source>
        <translation>让图片遵循控制图（边缘、姿态、深度）的网络。</translation>
    </message>
    <message>
        <source>A number for several nodes.</source>
        <translation>供多个节点使用的数字。</translation>
    </message>
    <message>
        <source>A picture</source>
        <translation>一张图片</translation>
    </message>
    <message>
        <source>A picture in disorder, of which only colours and style remain.</source>
        <translation>打乱的图片，只保留颜色和风格。</translation>
    </message>
    <message>
        <source>A picture with fewer details, for models that put new ones in.</source>
        <translation>细节减少的图片，供会补充细节的模型使用。</translation>
    </message>
    <message>
        <source>A picture without its colours, for models that give it new ones.</source>
        <translation>去掉颜色的图片，供重新上色的模型使用。</translation>
    </message>
    <message>
        <source>A picture without its details, by Gaussian blur.</source>
        <translation>用高斯模糊去掉细节的图片。</translation>
    </message>
    <message>
        <source>A picture&apos;s colours as even squares.</source>
        <translation>把图片颜色变成均匀的方格。</translation>
    </message>
    <message>
        <source>A picture&apos;s latent</source>
        <translation>图片的潜空间表示</translation>
    </message>
    <message>
        <source>A picture, or a map of depth in which near is white</source>
        <translation>图片，或近处为白色的深度图</translation>
    </message>
    <message>
        <source>A picture; of a batch the first</source>
        <translation>图片；若为批次则取第一张</translation>
    </message>
    <message>
        <source>A rectangle of each picture.</source>
        <translation>取每张图片的一个矩形区域。</translation>
    </message>
    <message>
        <source>A seed for several nodes.</source>
        <translation>供多个节点使用的种子。</translation>
    </message>
    <message>
        <source>A text for several nodes.</source>
        <translation>供多个节点使用的文本。</translation>
    </message>
    <message>
        <source>A whole number for several nodes.</source>
        <translation>供多个节点使用的整数。</translation>
    </message>
    <message>
        <source>A yes or no for several nodes.</source>
        <translation>供多个节点使用的是或否。</translation>
    </message>
    <message>
        <source>Above 1 darker, below brighter</source>
        <translation>大于 1 更暗，小于 1 更亮</translation>
    </message>
    <message>
        <source>Add noise</source>
        <translation>添加噪声</translation>
    </message>
    <message>
        <source>After an early end: keep the noise that is left, for another sampler</source>
        <translation>提前结束时：保留剩余噪声，交给另一个采样器</translation>
    </message>
    <message>
        <source>All as one batch</source>
        <translation>全部合为一批</translation>
    </message>
    <message>
        <source>Amount</source>
        <translation>数量</translation>
    </message>
    <message>
        <source>An edge begins where it is above this; lower finds more</source>
        <translation>高于此值处开始一条边缘；越低找到越多</translation>
    </message>
    <message>
        <source>An edge is followed while it is above this</source>
        <translation>高于此值时继续跟踪边缘</translation>
    </message>
    <message>
        <source>An eighth of the size</source>
        <translation>尺寸的八分之一</translation>
    </message>
    <message>
        <source>Anime line art</source>
        <translation>动漫线稿</translation>
    </message>
    <message>
        <source>Anime line art, less detail</source>
        <translation>动漫线稿（较少细节）</translation>
    </message>
    <message>
        <source>Another VAE than the model&apos;s own.</source>
        <translation>使用模型自带以外的 VAE。</translation>
    </message>
    <message>
        <source>Another one, another disorder</source>
        <translation>换一个种子，打乱方式也不同</translation>
    </message>
    <message>
        <source>Any</source>
        <translation>任意</translation>
    </message>
    <message>
        <source>Any text</source>
        <translation>任意文本</translation>
    </message>
    <message>
        <source>Anything</source>
        <translation>任意内容</translation>
    </message>
    <message>
        <source>Apply ControlNet</source>
        <translation>应用 ControlNet</translation>
    </message>
    <message>
        <source>As large as the picture</source>
        <translation>与图片一样大</translation>
    </message>
    <message>
        <source>As torch makes it on a CPU, or (philox) on CUDA</source>
        <translation>与 torch 在 CPU 上（philox 为在 CUDA 上）产生的一致</translation>
    </message>
    <message>
        <source>At or below it is dark; 0 or 255: chosen by the picture (Otsu)</source>
        <translation>不高于此值为暗；0 或 255：由图片自动决定（Otsu）</translation>
    </message>
    <message>
        <source>B</source>
        <translation>B</translation>
    </message>
    <message>
        <source>Background</source>
        <translation>背景</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>Batch images</source>
        <translation>合并图像批次</translation>
    </message>
    <message>
        <source>Binary</source>
        <translation>二值化</translation>
    </message>
    <message>
        <source>Black becomes what may change</source>
        <translation>黑色变为可改变的部分</translation>
    </message>
    <message>
        <source>Blend images</source>
        <translation>混合图像</translation>
    </message>
    <message>
        <source>Block weights</source>
        <translation>分块权重</translation>
    </message>
    <message>
        <source>Blur</source>
        <translation>模糊</translation>
    </message>
    <message>
        <source>Blur to a map</source>
        <translation>模糊为控制图</translation>
    </message>
    <message>
        <source>Body</source>
        <translation>身体</translation>
    </message>
    <message>
        <source>Bool</source>
        <translation>布尔</translation>
    </message>
    <message>
        <source>Both in one</source>
        <translation>两者合一</translation>
    </message>
    <message>
        <source>Bottom</source>
        <translation>底部</translation>
    </message>
    <message>
        <source>Branch</source>
        <translation>分支</translation>
    </message>
    <message>
        <source>Brighter becomes white</source>
        <translation>更亮的变为白色</translation>
    </message>
    <message>
        <source>By</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>C</source>
        <translation>C</translation>
    </message>
    <message>
        <source>Canny edges</source>
        <translation>Canny 边缘</translation>
    </message>
    <message>
        <source>Cell</source>
        <translation>格子</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>Checkpoint</source>
        <translation>大模型</translation>
    </message>
    <message>
        <source>Choice</source>
        <translation>选择</translation>
    </message>
    <message>
        <source>Choice 1</source>
        <translation>选项 1</translation>
    </message>
    <message>
        <source>Choice 2</source>
        <translation>选项 2</translation>
    </message>
    <message>
        <source>Choice 3</source>
        <translation>选项 3</translation>
    </message>
    <message>
        <source>Choice 4</source>
        <translation>选项 4</translation>
    </message>
    <message>
        <source>Choose sampler</source>
        <translation>选择采样器</translation>
    </message>
    <message>
        <source>Choose schedule</source>
        <translation>选择调度器</translation>
    </message>
    <message>
        <source>Coarse line art</source>
        <translation>粗略线稿</translation>
    </message>
    <message>
        <source>Colour grid</source>
        <translation>颜色网格</translation>
    </message>
    <message>
        <source>Conditioning</source>
        <translation>条件</translation>
    </message>
    <message>
        <source>Confidence</source>
        <translation>置信度</translation>
    </message>
    <message>
        <source>Control</source>
        <translation>控制</translation>
    </message>
    <message>
        <source>Control map</source>
        <translation>控制图</translation>
    </message>
    <message>
        <source>Control net</source>
        <translation>ControlNet</translation>
    </message>
    <message>
        <source>ControlNet</source>
        <translation>ControlNet</translation>
    </message>
    <message>
        <source>Crop</source>
        <translation>裁剪</translation>
    </message>
    <message>
        <source>Crop image</source>
        <translation>裁剪图像</translation>
    </message>
    <message>
        <source>Curve</source>
        <translation>曲线</translation>
    </message>
    <message>
        <source>Cut at the edges to multiples of 8 pixels</source>
        <translation>边缘裁到 8 像素的倍数</translation>
    </message>
    <message>
        <source>D</source>
        <translation>D</translation>
    </message>
    <message>
        <source>Decode</source>
        <translation>解码</translation>
    </message>
    <message>
        <source>Decode latent</source>
        <translation>VAE 解码</translation>
    </message>
    <message>
        <source>Depth</source>
        <translation>深度</translation>
    </message>
    <message>
        <source>Direction</source>
        <translation>方向</translation>
    </message>
    <message>
        <source>Distance</source>
        <translation>距离</translation>
    </message>
    <message>
        <source>Down rate</source>
        <translation>缩小倍数</translation>
    </message>
    <message>
        <source>Draw poses</source>
        <translation>绘制姿态</translation>
    </message>
    <message>
        <source>Drawing: darker is a line; soft edges: brighter is</source>
        <translation>画：较暗处为线；柔和边缘：较亮处为线</translation>
    </message>
    <message>
        <source>Empty latent</source>
        <translation>空潜空间图像</translation>
    </message>
    <message>
        <source>Encode</source>
        <translation>编码</translation>
    </message>
    <message>
        <source>Encode image</source>
        <translation>VAE 编码</translation>
    </message>
    <message>
        <source>Encode prompt</source>
        <translation>编码提示词</translation>
    </message>
    <message>
        <source>End</source>
        <translation>结束</translation>
    </message>
    <message>
        <source>End step</source>
        <translation>结束步</translation>
    </message>
    <message>
        <source>Epsilon</source>
        <translation>ε</translation>
    </message>
    <message>
        <source>Eta</source>
        <translation>η (eta)</translation>
    </message>
    <message>
        <source>Face</source>
        <translation>面部</translation>
    </message>
    <message>
        <source>Factor</source>
        <translation>倍数</translation>
    </message>
    <message>
        <source>Feathering</source>
        <translation>羽化</translation>
    </message>
    <message>
        <source>Few and heavy lines, white on black.</source>
        <translation>少而粗的黑底白线。</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Finds people in a picture and draws their poses as ControlNets know them.</source>
        <translation>找出图片中的人物，按 ControlNet 的格式画出姿态。</translation>
    </message>
    <message>
        <source>Fine lines as a draughtsman would set them, white on black.</source>
        <translation>如绘图员般精细的黑底白线。</translation>
    </message>
    <message>
        <source>First step to walk</source>
        <translation>从第几步开始</translation>
    </message>
    <message>
        <source>Flip image</source>
        <translation>翻转图像</translation>
    </message>
    <message>
        <source>Float</source>
        <translation>小数</translation>
    </message>
    <message>
        <source>Flow</source>
        <translation>流程</translation>
    </message>
    <message>
        <source>For a ControlNet: it is shown -1 where something is left out</source>
        <translation>供 ControlNet 使用：缺失处为 -1</translation>
    </message>
    <message>
        <source>From</source>
        <translation>起始于</translation>
    </message>
    <message>
        <source>Gamma</source>
        <translation>伽马</translation>
    </message>
    <message>
        <source>Grow</source>
        <translation>扩张</translation>
    </message>
    <message>
        <source>Grow mask</source>
        <translation>扩张蒙版</translation>
    </message>
    <message>
        <source>Guidance</source>
        <translation>CFG 引导</translation>
    </message>
    <message>
        <source>Hands</source>
        <translation>手部</translation>
    </message>
    <message>
        <source>Hands on one of its inputs.</source>
        <translation>传递其中一个输入。</translation>
    </message>
    <message>
        <source>Height</source>
        <translation>高度</translation>
    </message>
    <message>
        <source>High</source>
        <translation>高</translation>
    </message>
    <message>
        <source>How hard the edges of lines are</source>
        <translation>线条边缘的硬度</translation>
    </message>
    <message>
        <source>How many times as large; of use with width and height 0</source>
        <translation>放大倍数；宽高为 0 时有效</translation>
    </message>
    <message>
        <source>How much of the latent may change: 0 nothing, 1 everything</source>
        <translation>降噪强度：潜空间可改变多少，0 为不变，1 为全部</translation>
    </message>
    <message>
        <source>How much of the one above: 0 nothing, 1 all</source>
        <translation>上层占多少：0 为没有，1 为全部</translation>
    </message>
    <message>
        <source>How much smaller it is made for a while; below 1.1 it stays as it is</source>
        <translation>中途缩小的倍数；小于 1.1 时保持不变</translation>
    </message>
    <message>
        <source>How much wider the second blur is</source>
        <translation>第二次模糊宽多少倍</translation>
    </message>
    <message>
        <source>How near things are: near is white, far is black.</source>
        <translation>物体远近：近处为白，远处为黑。</translation>
    </message>
    <message>
        <source>How noise is spread over the steps</source>
        <translation>噪声在各步中的分布</translation>
    </message>
    <message>
        <source>How pixels between pixels are found</source>
        <translation>像素间如何插值</translation>
    </message>
    <message>
        <source>How strongly the prompt counts; 1 leaves the negative one out</source>
        <translation>提示词的影响强度；1 表示忽略负面提示词</translation>
    </message>
    <message>
        <source>How strongly; 0 leaves it out</source>
        <translation>强度；0 为不使用</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Image1</source>
        <translation>图像 1</translation>
    </message>
    <message>
        <source>Image2</source>
        <translation>图像 2</translation>
    </message>
    <message>
        <source>In three shades only, which hide traces of the picture</source>
        <translation>只用三级灰度，隐去原图痕迹</translation>
    </message>
    <message>
        <source>Inpaint hint</source>
        <translation>局部重绘提示图</translation>
    </message>
    <message>
        <source>Int</source>
        <translation>整数</translation>
    </message>
    <message>
        <source>Invert</source>
        <translation>反转</translation>
    </message>
    <message>
        <source>Invert image</source>
        <translation>反相图像</translation>
    </message>
    <message>
        <source>Invert to a map</source>
        <translation>反相为控制图</translation>
    </message>
    <message>
        <source>InvokeAI&apos;s own graph is not read; the workflow is made of its settings</source>
        <translation>不读取 InvokeAI 自己的图；工作流由其设置生成</translation>
    </message>
    <message>
        <source>Its name</source>
        <translation>它的名称</translation>
    </message>
    <message>
        <source>K</source>
        <translation>K</translation>
    </message>
    <message>
        <source>Keep noise</source>
        <translation>保留噪声</translation>
    </message>
    <message>
        <source>Latent</source>
        <translation>潜空间</translation>
    </message>
    <message>
        <source>Latents of another size, to be sampled again with some strength.</source>
        <translation>改变潜空间尺寸，再以一定强度重新采样。</translation>
    </message>
    <message>
        <source>Latents without noise</source>
        <translation>已去噪的潜空间图像</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Lays one picture over another.</source>
        <translation>把一张图片叠在另一张上。</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>左</translation>
    </message>
    <message>
        <source>Lets a sampler change a latent only where the mask is white.</source>
        <translation>让采样器只改变蒙版为白色的部分。</translation>
    </message>
    <message>
        <source>Light becomes dark and dark light, as control maps of dark lines need it.</source>
        <translation>明暗反转，适合深色线条的控制图。</translation>
    </message>
    <message>
        <source>Light becomes dark and dark light: a drawing on paper becomes a map.</source>
        <translation>明暗反转：纸上的画变成控制图。</translation>
    </message>
    <message>
        <source>Line art, XDoG</source>
        <translation>线稿 (XDoG)</translation>
    </message>
    <message>
        <source>Line art, standard</source>
        <translation>标准线稿</translation>
    </message>
    <message>
        <source>Lines as in drawn films without screentones and fine detail, white on black.</source>
        <translation>动画式的黑底白线，不含网点和细节。</translation>
    </message>
    <message>
        <source>Lines as in drawn films, white on black.</source>
        <translation>动画式的黑底白线。</translation>
    </message>
    <message>
        <source>Lines of fewer pixels of half the picture are left out</source>
        <translation>忽略短于此像素数（按半幅计）的线</translation>
    </message>
    <message>
        <source>Lines that the network is less sure of are left out</source>
        <translation>忽略网络不太确定的线</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>载入</translation>
    </message>
    <message>
        <source>Load ControlNet</source>
        <translation>载入 ControlNet</translation>
    </message>
    <message>
        <source>Load VAE</source>
        <translation>载入 VAE</translation>
    </message>
    <message>
        <source>Load checkpoint</source>
        <translation>载入大模型</translation>
    </message>
    <message>
        <source>Load image</source>
        <translation>载入图像</translation>
    </message>
    <message>
        <source>Low</source>
        <translation>低</translation>
    </message>
    <message>
        <source>Lower draws more</source>
        <translation>越低画得越多</translation>
    </message>
    <message>
        <source>Makes one batch of pictures, and of lists of them.</source>
        <translation>把图片及图片列表合为一批。</translation>
    </message>
    <message>
        <source>Makes the picture follow a map. One after another, any number at once.</source>
        <translation>让图片遵循控制图。可依次串联任意多个。</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>图</translation>
    </message>
    <message>
        <source>Mask</source>
        <translation>蒙版</translation>
    </message>
    <message>
        <source>Mask from image</source>
        <translation>图像转蒙版</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>Mirrors pictures.</source>
        <translation>镜像图片。</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>模式</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>More, cut and scaled to the size of the first</source>
        <translation>更多图片，裁剪缩放到第一张的尺寸</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Negative</source>
        <translation>负面</translation>
    </message>
    <message>
        <source>Negative prompt</source>
        <translation>负面提示词</translation>
    </message>
    <message>
        <source>Noise</source>
        <translation>噪声</translation>
    </message>
    <message>
        <source>Normals</source>
        <translation>法线</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>便签</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>数字</translation>
    </message>
    <message>
        <source>Of a map of depth: share of the depth there is below which all faces the camera</source>
        <translation>深度图：低于此深度比例的都视为朝向镜头</translation>
    </message>
    <message>
        <source>Of a map of depth: smaller is steeper</source>
        <translation>深度图：越小越陡</translation>
    </message>
    <message>
        <source>Of a map with other proportions. stretch; crop: cut off what is over; fill: with a border</source>
        <translation>控制图比例不同时。stretch：拉伸；crop：裁掉多余；fill：加边框</translation>
    </message>
    <message>
        <source>Of any size: it is stretched over the latent</source>
        <translation>尺寸不限：会拉伸到整个潜空间</translation>
    </message>
    <message>
        <source>Of the size and number chosen</source>
        <translation>按所选尺寸和数量</translation>
    </message>
    <message>
        <source>Of the whole schedule</source>
        <translation>整个调度的步数</translation>
    </message>
    <message>
        <source>Off: the latent holds its noise already</source>
        <translation>关闭：潜空间已含噪声</translation>
    </message>
    <message>
        <source>One prompt a line; empty lines do not count</source>
        <translation>每行一条提示词；空行不计</translation>
    </message>
    <message>
        <source>One sampler for several nodes.</source>
        <translation>供多个节点使用的采样器。</translation>
    </message>
    <message>
        <source>One schedule for several nodes.</source>
        <translation>供多个节点使用的调度器。</translation>
    </message>
    <message>
        <source>OpenPose&apos;s JSON, with hands and faces if it has them</source>
        <translation>OpenPose 的 JSON，可含手部和面部</translation>
    </message>
    <message>
        <source>Overlap</source>
        <translation>重叠</translation>
    </message>
    <message>
        <source>Pad image</source>
        <translation>扩展图像边缘</translation>
    </message>
    <message>
        <source>Path of a file or diffusers folder, or a name in the folder of ControlNets</source>
        <translation>文件或 diffusers 文件夹的路径，或 ControlNet 文件夹中的名称</translation>
    </message>
    <message>
        <source>Path, or a name in the folder of VAEs; a checkpoint too</source>
        <translation>路径，或 VAE 文件夹中的名称；也可以是大模型</translation>
    </message>
    <message>
        <source>Path, or a name in the folder of inputs</source>
        <translation>路径，或输入文件夹中的名称</translation>
    </message>
    <message>
        <source>Path, or a name in the folder of models</source>
        <translation>路径，或模型文件夹中的名称</translation>
    </message>
    <message>
        <source>Phi</source>
        <translation>φ</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Pictures at once; the noise of picture i has seed + i</source>
        <translation>一次生成的张数；第 i 张的噪声用种子 + i</translation>
    </message>
    <message>
        <source>Pictures of another size.</source>
        <translation>改变图片尺寸。</translation>
    </message>
    <message>
        <source>Piece by piece: where memory asks, always, or never; pieces differ slightly from the whole</source>
        <translation>分块处理：内存不足时、总是或从不；分块与整体略有差异</translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation>像素</translation>
    </message>
    <message>
        <source>Pixels a side of a piece; of use in tiles only</source>
        <translation>每块的边长（像素）；仅分块时有效</translation>
    </message>
    <message>
        <source>Pixels a side of a square</source>
        <translation>方格边长（像素）</translation>
    </message>
    <message>
        <source>Pixels added at the bottom</source>
        <translation>底部增加的像素</translation>
    </message>
    <message>
        <source>Pixels added at the top</source>
        <translation>顶部增加的像素</translation>
    </message>
    <message>
        <source>Pixels added on the left</source>
        <translation>左侧增加的像素</translation>
    </message>
    <message>
        <source>Pixels added on the right</source>
        <translation>右侧增加的像素</translation>
    </message>
    <message>
        <source>Pixels between the points that are moved at random</source>
        <translation>随机移动的点之间的像素距离</translation>
    </message>
    <message>
        <source>Pixels by which pieces overlap; of use in tiles only</source>
        <translation>分块重叠的像素；仅分块时有效</translation>
    </message>
    <message>
        <source>Pixels by which soft edges are smoothed and lines thickened</source>
        <translation>柔和边缘平滑、线条加粗的像素</translation>
    </message>
    <message>
        <source>Pixels by which what may change is widened</source>
        <translation>可改变部分向外扩张的像素</translation>
    </message>
    <message>
        <source>Pixels by which what may change reaches over the mask; of use with a mask only</source>
        <translation>可改变部分超出蒙版的像素；仅有蒙版时有效</translation>
    </message>
    <message>
        <source>Pixels from the left</source>
        <translation>距左侧的像素</translation>
    </message>
    <message>
        <source>Pixels from the top</source>
        <translation>距顶部的像素</translation>
    </message>
    <message>
        <source>Pixels of the picture over which the mask fades</source>
        <translation>蒙版渐变过渡的像素</translation>
    </message>
    <message>
        <source>Pixels of the shorter side at which the picture is looked at, 64 to 2048; 0: as it is</source>
        <translation>处理时短边的像素，64 到 2048；0：保持原样</translation>
    </message>
    <message>
        <source>Pixels over which the edge is softened</source>
        <translation>边缘柔化的像素</translation>
    </message>
    <message>
        <source>Pixels the surroundings reach</source>
        <translation>周围范围的像素</translation>
    </message>
    <message>
        <source>Pixels, a multiple of 8</source>
        <translation>像素，8 的倍数</translation>
    </message>
    <message>
        <source>Pixels: how fine the lines are</source>
        <translation>像素：线条的精细程度</translation>
    </message>
    <message>
        <source>Pixels; 0: by the proportions, or by factor</source>
        <translation>像素；0：按比例或倍数</translation>
    </message>
    <message>
        <source>Pixels; 0: the canvas&apos;s</source>
        <translation>像素；0：与画布相同</translation>
    </message>
    <message>
        <source>Points of at most this count as not found</source>
        <translation>不高于此值的点视为未找到</translation>
    </message>
    <message>
        <source>Pose</source>
        <translation>姿态</translation>
    </message>
    <message>
        <source>Poses</source>
        <translation>姿态</translation>
    </message>
    <message>
        <source>Positive</source>
        <translation>正面</translation>
    </message>
    <message>
        <source>Preprocess</source>
        <translation>预处理</translation>
    </message>
    <message>
        <source>Preview image</source>
        <translation>预览图像</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>Prompt list</source>
        <translation>提示词列表</translation>
    </message>
    <message>
        <source>Realistic line art</source>
        <translation>写实线稿</translation>
    </message>
    <message>
        <source>Recolour</source>
        <translation>重新上色</translation>
    </message>
    <message>
        <source>Repeat image</source>
        <translation>重复图像</translation>
    </message>
    <message>
        <source>Repeat latent</source>
        <translation>重复潜空间图像</translation>
    </message>
    <message>
        <source>Reroute</source>
        <translation>转接点</translation>
    </message>
    <message>
        <source>Resize image</source>
        <translation>缩放图像</translation>
    </message>
    <message>
        <source>Resize mode</source>
        <translation>缩放模式</translation>
    </message>
    <message>
        <source>Resolution</source>
        <translation>分辨率</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>右</translation>
    </message>
    <message>
        <source>Safe</source>
        <translation>安全模式</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>采样</translation>
    </message>
    <message>
        <source>Sampler</source>
        <translation>采样器</translation>
    </message>
    <message>
        <source>Sampling</source>
        <translation>采样</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Save image</source>
        <translation>保存图像</translation>
    </message>
    <message>
        <source>Scale latent</source>
        <translation>缩放潜空间图像</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>调度器</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>分数</translation>
    </message>
    <message>
        <source>Scribble</source>
        <translation>涂鸦</translation>
    </message>
    <message>
        <source>Scribble, XDoG</source>
        <translation>涂鸦 (XDoG)</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Seed is %1, no whole number; 0 is taken</source>
        <translation>种子为 %1，不是整数；采用 0</translation>
    </message>
    <message>
        <source>Set clip skip</source>
        <translation>设置 CLIP 跳层</translation>
    </message>
    <message>
        <source>Set latent mask</source>
        <translation>设置潜空间蒙版</translation>
    </message>
    <message>
        <source>Several prompts: what they are linked to runs once for each.</source>
        <translation>多条提示词：所连的节点对每条各运行一次。</translation>
    </message>
    <message>
        <source>Share of noise put back each step; -1: the sampler&apos;s own</source>
        <translation>每步加回的噪声比例；-1：采样器默认</translation>
    </message>
    <message>
        <source>Share of the steps after which it is left out</source>
        <translation>在步数的此比例之后停用</translation>
    </message>
    <message>
        <source>Share of the steps before it begins</source>
        <translation>在步数的此比例之后开始</translation>
    </message>
    <message>
        <source>Shows pictures and writes nothing.</source>
        <translation>只显示图片，不写文件。</translation>
    </message>
    <message>
        <source>Shuffle</source>
        <translation>打乱</translation>
    </message>
    <message>
        <source>Sigma</source>
        <translation>σ</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>尺寸</translation>
    </message>
    <message>
        <source>Size is %1, not as 512x768; 512x512 is taken</source>
        <translation>尺寸为 %1，不是 512x768 的形式；采用 512x512</translation>
    </message>
    <message>
        <source>Soft edges (HED)</source>
        <translation>柔和边缘 (HED)</translation>
    </message>
    <message>
        <source>Soft edges (PiDiNet)</source>
        <translation>柔和边缘 (PiDiNet)</translation>
    </message>
    <message>
        <source>Soft white edges on black, cleaner than HED&apos;s.</source>
        <translation>黑底柔和白边，比 HED 更干净。</translation>
    </message>
    <message>
        <source>Soft white edges on black, the stronger the more they matter.</source>
        <translation>黑底柔和白边，越重要越明显。</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Start step</source>
        <translation>开始步</translation>
    </message>
    <message>
        <source>Steered</source>
        <translation>受控的条件</translation>
    </message>
    <message>
        <source>Step to end before; beyond the last: the end</source>
        <translation>在此步之前结束；超出最后一步则到末尾</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步数</translation>
    </message>
    <message>
        <source>Straight lines</source>
        <translation>直线</translation>
    </message>
    <message>
        <source>Straight lines of buildings and rooms, white on black.</source>
        <translation>建筑和室内的直线，黑底白线。</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>强度</translation>
    </message>
    <message>
        <source>Strength mode</source>
        <translation>强度方式</translation>
    </message>
    <message>
        <source>Batch noise</source>
        <translation>批次噪声</translation>
    </message>
    <message>
        <source>Syntax</source>
        <translation>语法</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>风格</translation>
    </message>
    <message>
        <source>Switch</source>
        <translation>切换</translation>
    </message>
    <message>
        <source>Takes a picture&apos;s brightness for a mask; of a batch the first.</source>
        <translation>以图片亮度作为蒙版；若为批次则取第一张。</translation>
    </message>
    <message>
        <source>Takes the noise away step by step, towards the prompt.</source>
        <translation>按提示词逐步去除噪声。</translation>
    </message>
    <message>
        <source>Takes what an earlier layer of the text encoder says, as some models were trained to.</source>
        <translation>取文本编码器较前一层的输出，某些模型就是这样训练的。</translation>
    </message>
    <message>
        <source>Tau</source>
        <translation>τ</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>Text encoder</source>
        <translation>文本编码器</translation>
    </message>
    <message>
        <source>The batch</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>The first of them gives the size</source>
        <translation>以第一张的尺寸为准</translation>
    </message>
    <message>
        <source>The latent as it then is</source>
        <translation>处理后的潜空间图像</translation>
    </message>
    <message>
        <source>The latents in their new size</source>
        <translation>新尺寸的潜空间图像</translation>
    </message>
    <message>
        <source>The list of prompts</source>
        <translation>提示词列表</translation>
    </message>
    <message>
        <source>The map of people&apos;s poses that ControlNets know, from OpenPose&apos;s JSON.</source>
        <translation>由 OpenPose 的 JSON 画出 ControlNet 所用的姿态图。</translation>
    </message>
    <message>
        <source>The map, for a ControlNet</source>
        <translation>供 ControlNet 使用的控制图</translation>
    </message>
    <message>
        <source>The mirrored pictures</source>
        <translation>镜像后的图片</translation>
    </message>
    <message>
        <source>The model&apos;s own</source>
        <translation>模型自带的</translation>
    </message>
    <message>
        <source>The model&apos;s own, or another</source>
        <translation>模型自带的，或另外的</translation>
    </message>
    <message>
        <source>The model&apos;s own, or one with clip skip</source>
        <translation>模型自带的，或设置了 CLIP 跳层的</translation>
    </message>
    <message>
        <source>The negatives</source>
        <translation>反相后的图片</translation>
    </message>
    <message>
        <source>The one above, cut and scaled to the size of the first</source>
        <translation>上层，裁剪缩放到第一张的尺寸</translation>
    </message>
    <message>
        <source>The one below; it gives the size</source>
        <translation>下层；以它的尺寸为准</translation>
    </message>
    <message>
        <source>The picture with what is to be painted anew left out, for a ControlNet for inpainting.</source>
        <translation>去掉要重绘部分的图片，供局部重绘 ControlNet 使用。</translation>
    </message>
    <message>
        <source>The picture, upright</source>
        <translation>方向已摆正的图片</translation>
    </message>
    <message>
        <source>The pictures in their new size</source>
        <translation>新尺寸的图片</translation>
    </message>
    <message>
        <source>The pictures, eight times as large</source>
        <translation>图片，边长为八倍</translation>
    </message>
    <message>
        <source>The poses as OpenPose&apos;s JSON, to be changed and drawn</source>
        <translation>OpenPose JSON 格式的姿态，可修改后再画</translation>
    </message>
    <message>
        <source>The rectangle</source>
        <translation>该矩形</translation>
    </message>
    <message>
        <source>The same</source>
        <translation>同上</translation>
    </message>
    <message>
        <source>The same to look at: black there</source>
        <translation>供查看：该处为黑色</translation>
    </message>
    <message>
        <source>The same, masked</source>
        <translation>同上，带蒙版</translation>
    </message>
    <message>
        <source>The same, read out earlier</source>
        <translation>同上，取较前一层</translation>
    </message>
    <message>
        <source>The way from step to step</source>
        <translation>逐步推进的方式</translation>
    </message>
    <message>
        <source>The wider pictures</source>
        <translation>加宽后的图片</translation>
    </message>
    <message>
        <source>Thin white lines on black where brightness or colour changes.</source>
        <translation>在亮度或颜色变化处画黑底白色细线。</translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>阈值</translation>
    </message>
    <message>
        <source>Tile</source>
        <translation>分块</translation>
    </message>
    <message>
        <source>Tiling</source>
        <translation>分块方式</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>倍数</translation>
    </message>
    <message>
        <source>Times strength, for each block down and last the middle: 13 numbers; empty: 1</source>
        <translation>乘以强度，依次为各下采样块，最后为中间块：13 个数；留空为 1</translation>
    </message>
    <message>
        <source>Times strength, from the first step to the last: 1, 0.5, 0; empty: the same all the way</source>
        <translation>乘以强度，从第一步到最后一步：1, 0.5, 0；留空为始终不变</translation>
    </message>
    <message>
        <source>To apply with a map</source>
        <translation>与控制图一起应用</translation>
    </message>
    <message>
        <source>Top</source>
        <translation>顶部</translation>
    </message>
    <message>
        <source>Towards 1 faint edges become lines too</source>
        <translation>越接近 1，微弱的边缘也会成为线</translation>
    </message>
    <message>
        <source>Trained for maps of this kind</source>
        <translation>为这类控制图训练</translation>
    </message>
    <message>
        <source>Turns latents into pictures.</source>
        <translation>把潜空间图像变成图片。</translation>
    </message>
    <message>
        <source>Turns pictures into latents, to begin from them; what a mask marks is made anew.</source>
        <translation>把图片变成潜空间图像作为起点；蒙版标出的部分会重绘。</translation>
    </message>
    <message>
        <source>VAE</source>
        <translation>VAE</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>值</translation>
    </message>
    <message>
        <source>What a picture shall show, or be kept away from, in words.</source>
        <translation>用文字描述图片要有或要避免的内容。</translation>
    </message>
    <message>
        <source>What becomes of two colours</source>
        <translation>两种颜色如何合成</translation>
    </message>
    <message>
        <source>What counts</source>
        <translation>以什么为准</translation>
    </message>
    <message>
        <source>What differs less does not count when the strength of lines is measured</source>
        <translation>衡量线条强度时忽略小于此值的差异</translation>
    </message>
    <message>
        <source>What it is</source>
        <translation>要处理的内容</translation>
    </message>
    <message>
        <source>What it is kept away from; not linked: nothing</source>
        <translation>要避免的内容；不连接则无</translation>
    </message>
    <message>
        <source>What it is kept away from; not linked: the sampler&apos;s goes with the positive one</source>
        <translation>要避免的内容；不连接时采样器的负面条件随正面条件</translation>
    </message>
    <message>
        <source>What reads prompts</source>
        <translation>读取提示词的部分</translation>
    </message>
    <message>
        <source>What steers the sampler</source>
        <translation>引导采样器的条件</translation>
    </message>
    <message>
        <source>What takes the noise away</source>
        <translation>去除噪声的部分</translation>
    </message>
    <message>
        <source>What the input is</source>
        <translation>输入是什么</translation>
    </message>
    <message>
        <source>What the picture shall show</source>
        <translation>图片要显示的内容</translation>
    </message>
    <message>
        <source>What to cut from</source>
        <translation>从哪张裁剪</translation>
    </message>
    <message>
        <source>What to invert</source>
        <translation>要反相的图片</translation>
    </message>
    <message>
        <source>What to mirror</source>
        <translation>要镜像的图片</translation>
    </message>
    <message>
        <source>What to repeat</source>
        <translation>要重复的内容</translation>
    </message>
    <message>
        <source>What to resize</source>
        <translation>要缩放的图片</translation>
    </message>
    <message>
        <source>What to save</source>
        <translation>要保存的图片</translation>
    </message>
    <message>
        <source>What to scale</source>
        <translation>要缩放的内容</translation>
    </message>
    <message>
        <source>What to show</source>
        <translation>要显示的图片</translation>
    </message>
    <message>
        <source>What to widen</source>
        <translation>要加宽的图片</translation>
    </message>
    <message>
        <source>What turns latents into pictures and back</source>
        <translation>在潜空间与图片之间转换的部分</translation>
    </message>
    <message>
        <source>What was chosen</source>
        <translation>所选的内容</translation>
    </message>
    <message>
        <source>Where a picture begins that is made from noise alone.</source>
        <translation>从纯噪声生成图片的起点。</translation>
    </message>
    <message>
        <source>Where ink begins; higher fills dark areas</source>
        <translation>从何处算作墨迹；越高越会填满暗部</translation>
    </message>
    <message>
        <source>Where it counts; not linked: everywhere</source>
        <translation>在何处生效；不连接则为全部</translation>
    </message>
    <message>
        <source>Where to begin: an empty latent, a picture&apos;s, or one half done</source>
        <translation>从哪里开始：空潜空间图像、图片的或半成品</translation>
    </message>
    <message>
        <source>Whether bodies are drawn</source>
        <translation>是否画身体</translation>
    </message>
    <message>
        <source>Whether faces are drawn</source>
        <translation>是否画面部</translation>
    </message>
    <message>
        <source>Whether hands are drawn</source>
        <translation>是否画手部</translation>
    </message>
    <message>
        <source>Which ends change places</source>
        <translation>哪两端互换</translation>
    </message>
    <message>
        <source>Which noise; picture i of a batch has seed + i, or batch_noise says else</source>
        <translation>决定噪声；批次中第 i 张用种子 + i，除非 batch_noise 另有设定</translation>
    </message>
    <message>
        <source>Which prompts it goes with</source>
        <translation>配合哪些提示词</translation>
    </message>
    <message>
        <source>Which way surfaces face, as colours: blue the camera, red the left, green the top.</source>
        <translation>用颜色表示表面朝向：蓝为镜头，红为左，绿为上。</translation>
    </message>
    <message>
        <source>Which: 1 is a, 2 is b, …</source>
        <translation>哪一个：1 为 A，2 为 B，…</translation>
    </message>
    <message>
        <source>White becomes what may change</source>
        <translation>白色变为可改变的部分</translation>
    </message>
    <message>
        <source>White is taken out and may change, black stays</source>
        <translation>白色部分去掉并可改变，黑色部分不变</translation>
    </message>
    <message>
        <source>White lines on black as ink would draw a picture, by the extended difference of Gaussians.</source>
        <translation>用扩展高斯差分得到如墨线般的黑底白线。</translation>
    </message>
    <message>
        <source>White lines on black from a drawing on paper: what is darker than its surroundings.</source>
        <translation>由纸上的画得到黑底白线：比周围暗的部分。</translation>
    </message>
    <message>
        <source>White strokes on black where a picture is darker than its surroundings.</source>
        <translation>在图片比周围暗处画黑底白色笔触。</translation>
    </message>
    <message>
        <source>White strokes on black, from a drawing or from a map of soft edges.</source>
        <translation>由画或柔和边缘图得到黑底白色笔触。</translation>
    </message>
    <message>
        <source>White takes the one above, black leaves the one below</source>
        <translation>白色取上层，黑色保留下层</translation>
    </message>
    <message>
        <source>White where a picture is bright in all channels, else black.</source>
        <translation>各通道都亮处为白，其余为黑。</translation>
    </message>
    <message>
        <source>White where a picture is dark, black where it is light.</source>
        <translation>暗处为白，亮处为黑。</translation>
    </message>
    <message>
        <source>White where it is to be painted anew</source>
        <translation>白色为要重绘的部分</translation>
    </message>
    <message>
        <source>White where nothing was</source>
        <translation>原本没有内容处为白色</translation>
    </message>
    <message>
        <source>White where the picture is transparent</source>
        <translation>图片透明处为白色</translation>
    </message>
    <message>
        <source>Whole number</source>
        <translation>整数</translation>
    </message>
    <message>
        <source>Wide limbs</source>
        <translation>加粗肢体</translation>
    </message>
    <message>
        <source>Widens pictures by gray margins, with a mask to paint them in.</source>
        <translation>用灰色边缘加宽图片，并给出用于补画的蒙版。</translation>
    </message>
    <message>
        <source>Wider from 500 pixels on, as xinsir&apos;s models for SDXL know them</source>
        <translation>500 像素起加粗，符合 xinsir 的 SDXL 模型</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>宽度</translation>
    </message>
    <message>
        <source>Words for whoever reads the workflow; it does nothing.</source>
        <translation>写给阅读工作流的人；不起作用。</translation>
    </message>
    <message>
        <source>Words; weights as (word:1.3), [word]; BREAK</source>
        <translation>文字；权重如 (word:1.3)、[word]；BREAK</translation>
    </message>
    <message>
        <source>Writes each picture to a new file, with how it was made inside.</source>
        <translation>把每张图片写成新文件，内含生成信息。</translation>
    </message>
    <message>
        <source>X</source>
        <translation>X</translation>
    </message>
    <message>
        <source>Y</source>
        <translation>Y</translation>
    </message>
    <message>
        <source>Yes or no</source>
        <translation>是或否</translation>
    </message>
    <message>
        <source>Z</source>
        <translation>Z</translation>
    </message>
    <message>
        <source>a tag that is not known here; left out of the prompt: %1</source>
        <translation>未知标签；已从提示词中去掉：%1</translation>
    </message>
    <message>
        <source>balanced; prompt: less where details are made; control: so, and not for the negative prompt; guess: for empty prompts</source>
        <translation>balanced：均衡；prompt：细节处减弱；control：同前且不作用于负面提示词；guess：用于空提示词</translation>
    </message>
    <message>
        <source>choices by chance are not done yet; read as words: %1</source>
        <translation>尚不支持随机选择；按文字读取：%1</translation>
    </message>
    <message>
        <source>disabled: stretched; center: first cut to the new proportions</source>
        <translation>disabled：拉伸；center：先裁成新比例</translation>
    </message>
    <message>
        <source>drawing: what is dark becomes white; soft_edges: their ridges, drawn thick</source>
        <translation>drawing：暗处变白；soft_edges：边缘脊线加粗画出</translation>
    </message>
    <message>
        <source>embeddings are not read yet; left out of the prompt: %1</source>
        <translation>尚不支持嵌入；已从提示词中去掉：%1</translation>
    </message>
    <message>
        <source>hypernetworks are not applied; left out of the prompt: %1</source>
        <translation>不支持超网络；已从提示词中去掉：%1</translation>
    </message>
    <message>
        <source>it was made from another picture, which the text does not hold: choose it</source>
        <translation>它由另一张图片生成，文本中没有该图片：请选择</translation>
    </message>
    <message>
        <source>luminance: as bright as people see it; intensity: as its brightest channel</source>
        <translation>luminance：人眼感知的亮度；intensity：最亮通道</translation>
    </message>
    <message>
        <source>not taken over: %1</source>
        <translation>未采用：%1</translation>
    </message>
    <message>
        <source>not understood: %1</source>
        <translation>无法理解：%1</translation>
    </message>
    <message>
        <source>opaque: as ControlNet 1.1 was trained; blended: as ControlNet 1.0 was</source>
        <translation>opaque：同 ControlNet 1.1 的训练方式；blended：同 ControlNet 1.0</translation>
    </message>
    <message>
        <source>prompts joined by AND are not done yet; read as one prompt with the word: %1</source>
        <translation>尚不支持用 AND 组合提示词；按含有该词的单个提示词读取：%1</translation>
    </message>
    <message>
        <source>prompts that alternate from step to step are not done yet; read as words: %1</source>
        <translation>尚不支持逐步交替的提示词；按文字读取：%1</translation>
    </message>
    <message>
        <source>prompts that change at a step are not done yet; read as words: %1</source>
        <translation>尚不支持在某一步切换的提示词；按文字读取：%1</translation>
    </message>
    <message>
        <source>share: walks that share of the steps, as diffusers; a1111: one step more, as A1111; all: walks all steps over less noise, as ComfyUI&apos;s denoise</source>
        <translation>share：只走该比例的步数，同 diffusers；a1111：多走一步，同 A1111；all：走完所有步但噪声更少，同 ComfyUI 的 denoise</translation>
    </message>
    <message>
        <source>seeds: picture i of a batch has seed + i, as A1111; one: all are drawn from one seed, as ComfyUI</source>
        <translation>seeds：批次中第 i 张用种子 + i，同 A1111；one：全部由同一种子依次产生，同 ComfyUI</translation>
    </message>
    <message>
        <source>a1111: as above, weights are factors; comfyui: (word:1.3) alone, weights lead away from the empty prompt</source>
        <translation>a1111：如上，权重为倍数；comfyui：只有 (word:1.3)，权重使其远离空提示词</translation>
    </message>
    <message>
        <source>Change the prompt and press Ctrl+Enter: the new picture keeps the edges and depths of the one in Picture.</source>
        <translation>修改提示词并按 Ctrl+Enter：新图片会保持“图片”中那一张的边缘和深度。</translation>
    </message>
    <message>
        <source>Change the prompt, or put a picture of your own into Picture, and press Ctrl+Enter. Less strength in the Sampler keeps more of it.</source>
        <translation>修改提示词，或在“图片”中放入您自己的图片，然后按 Ctrl+Enter。采样器的强度越低，保留得越多。</translation>
    </message>
    <message>
        <source>Double-click Draw, draw a house – or clear it and draw another – and press Ctrl+Enter. The picture follows your lines.</source>
        <translation>双击“绘图”，画一座房子（或清空后另画），然后按 Ctrl+Enter。图片会照着您的线条生成。</translation>
    </message>
    <message>
        <source>Double-click Pose, drag joints, and press Ctrl+Enter. The person takes the pose.</source>
        <translation>双击“姿态”，拖动关节，然后按 Ctrl+Enter。人物会摆出同样的姿态。</translation>
    </message>
    <message>
        <source>Below the output folder, without ending; may hold folders and [seed], [prompt], [sampler], [model], [steps], [cfg], [width], [height], [date], [time], [counter], %date:yyyy-MM-dd%, and %NODE.VALUE% of any node, such as %Sample.seed%</source>
        <translation>相对于输出文件夹，不含扩展名；可包含文件夹以及 [seed]、[prompt]、[sampler]、[model]、[steps]、[cfg]、[width]、[height]、[date]、[time]、[counter]、%date:yyyy-MM-dd%，以及任意节点的 %节点.参数%，例如 %Sample.seed%</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Draw</source>
        <translation>绘图</translation>
    </message>
    <message>
        <source>Drawing</source>
        <translation>绘图</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>JPEG and WebP files are smaller; png and webp_lossless keep every pixel as it is</source>
        <translation>JPEG 和 WebP 文件更小；png 和 webp_lossless 像素无损</translation>
    </message>
    <message>
        <source>Made with</source>
        <translation>训练所用模型</translation>
    </message>
    <message>
        <source>Of jpeg and webp: 1 the smallest file, 100 the best picture</source>
        <translation>用于 jpeg 和 webp：1 文件最小，100 画质最好</translation>
    </message>
    <message>
        <source>Of the image: most ControlNets know white on black</source>
        <translation>图像的配色：多数 ControlNet 使用黑底白线</translation>
    </message>
    <message>
        <source>Path of an upscaler (SRVGGNetCompact), or a name in the folders of models</source>
        <translation>放大模型 (SRVGGNetCompact) 的路径，或模型文件夹中的名称</translation>
    </message>
    <message>
        <source>Pictures enlarged by a network that draws edges and textures sharp.</source>
        <translation>用网络放大图片，使边缘和纹理清晰。</translation>
    </message>
    <message>
        <source>Pixels a side enlarged at once; fewer take less memory</source>
        <translation>每次放大的边长（像素）；越小越省内存</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>质量</translation>
    </message>
    <message>
        <source>The drawing</source>
        <translation>绘图</translation>
    </message>
    <message>
        <source>The map, or a picture as it is; of a batch one for each picture that is made</source>
        <translation>控制图或原样的图片；若为批次则每张生成的图片对应一张</translation>
    </message>
    <message>
        <source>The model that the ControlNet was made with, where it is to be brought to another</source>
        <translation>需要把 ControlNet 迁移到另一模型时：它训练所用的模型</translation>
    </message>
    <message>
        <source>The model to steer: for files of differences, and with the model it was made with</source>
        <translation>要控制的模型：用于差分文件，或与训练所用模型一起使用</translation>
    </message>
    <message>
        <source>The pictures, as many times as large as the network was made for</source>
        <translation>按网络的倍数放大后的图片</translation>
    </message>
    <message>
        <source>The sheet and the strokes on it</source>
        <translation>画纸及其上的笔触</translation>
    </message>
    <message>
        <source>Upscale image with model</source>
        <translation>用模型放大图像</translation>
    </message>
    <message>
        <source>What to enlarge</source>
        <translation>要放大的图片</translation>
    </message>
    <message>
        <source>What you draw by hand: the map for a ControlNet, or a mask.</source>
        <translation>手绘内容：供 ControlNet 使用的控制图，或蒙版。</translation>
    </message>
    <message>
        <source>Where something is drawn may change</source>
        <translation>有笔画的地方可以改变</translation>
    </message>
    <message>
        <source>the noise of RNG %1 is not known here; philox, as a GPU makes it, is taken</source>
        <translation>未知的 RNG 噪声 %1；改用 GPU 式的 philox</translation>
    </message>
    <message>
        <source>the sampler %1 is not known here; choose another</source>
        <translation>未知采样器 %1；请另选一个</translation>
    </message>
    <message>
        <source>the schedule %1 is not known here; choose another</source>
        <translation>未知调度 %1；请另选一个</translation>
    </message>
    <message>
        <source>the text holds no settings; all of it is taken as the prompt</source>
        <translation>该文本没有任何设置；全部作为提示词</translation>
    </message>
    <message>
        <source>the upscaler %1 is not known here; the picture is resized instead</source>
        <translation>未知放大器 %1；改为缩放图片</translation>
    </message>
    <message>
        <source>wildcards, lines of a file by chance, are not done yet; read as words: %1</source>
        <translation>尚不支持通配符（从文件中随机取一行）；按文字读取：%1</translation>
    </message>
    <message>
        <source>Inpaint conditioning</source>
        <translation>重绘条件</translation>
    </message>
    <message>
        <source>Noise mask</source>
        <translation>噪声蒙版</translation>
    </message>
    <message>
        <source>Shows a model for inpainting what of a picture is left and where it is to be made anew.</source>
        <translation>让重绘模型看到图片保留的部分以及要重绘的位置。</translation>
    </message>
    <message>
        <source>The picture&apos;s, to begin from</source>
        <translation>图片的潜空间图像，作为起点</translation>
    </message>
    <message>
        <source>The same, with the picture and the mask</source>
        <translation>相同的条件，带上图片和蒙版</translation>
    </message>
    <message>
        <source>The sampler leaves the latent as it is where the mask is black; off: the network alone sees to it</source>
        <translation>蒙版为黑处采样器保持潜空间图像不变；关闭时全由网络处理</translation>
    </message>
    <message>
        <source>What it is kept away from</source>
        <translation>要避免的内容</translation>
    </message>
    <message>
        <source>White where it is to be made anew; of any size</source>
        <translation>白色处重绘；任意尺寸</translation>
    </message>
    <message>
        <source>A prompt for each of SDXL&apos;s two text encoders, and the picture&apos;s size as the model is told it.</source>
        <translation>分别给 SDXL 的两个文本编码器的提示词，以及告诉模型的图片尺寸。</translation>
    </message>
    <message>
        <source>A refiner&apos;s, from 0 to 10; -1: 6, of a negative prompt 2.5</source>
        <translation>精修模型的美学分数，0 到 10；-1：6，负面提示词为 2.5</translation>
    </message>
    <message>
        <source>Aesthetic score</source>
        <translation>美学分数</translation>
    </message>
    <message>
        <source>As in Encode prompt</source>
        <translation>与“编码提示词”相同</translation>
    </message>
    <message>
        <source>Changes a model a little: towards a style, a person, a thing. Several follow one another.</source>
        <translation>略微改变模型：使其偏向某种风格、人物或事物。可依次接多个。</translation>
    </message>
    <message>
        <source>Crop left</source>
        <translation>左侧裁切</translation>
    </message>
    <message>
        <source>Crop top</source>
        <translation>顶部裁切</translation>
    </message>
    <message>
        <source>Encode prompt for SDXL</source>
        <translation>编码 SDXL 提示词</translation>
    </message>
    <message>
        <source>First text</source>
        <translation>第一文本</translation>
    </message>
    <message>
        <source>Load LoRA</source>
        <translation>加载 LoRA</translation>
    </message>
    <message>
        <source>Model strength</source>
        <translation>模型强度</translation>
    </message>
    <message>
        <source>Of pictures that it shall be like, before training scaled them; 0: its own</source>
        <translation>要模仿的图片在训练缩放之前的尺寸；0：图片自身的尺寸</translation>
    </message>
    <message>
        <source>Of such pictures in training; 0: the original&apos;s</source>
        <translation>这类图片在训练中的尺寸；0：与原始尺寸相同</translation>
    </message>
    <message>
        <source>Of what it adds to the model; 0 nothing, below 0 the opposite</source>
        <translation>对模型的作用强度；0 为无，小于 0 则相反</translation>
    </message>
    <message>
        <source>Of what it adds to the text encoder</source>
        <translation>对文本编码器的作用强度</translation>
    </message>
    <message>
        <source>Original height</source>
        <translation>原始高度</translation>
    </message>
    <message>
        <source>Original width</source>
        <translation>原始宽度</translation>
    </message>
    <message>
        <source>Path of a LoRA, LoCon, LoHa, LoKr or DoRA, or its name in the folder of LoRAs</source>
        <translation>LoRA、LoCon、LoHa、LoKr 或 DoRA 的路径，或其在 LoRA 文件夹中的名称</translation>
    </message>
    <message>
        <source>Target height</source>
        <translation>目标高度</translation>
    </message>
    <message>
        <source>Target width</source>
        <translation>目标宽度</translation>
    </message>
    <message>
        <source>Text strength</source>
        <translation>文本强度</translation>
    </message>
    <message>
        <source>The model with it</source>
        <translation>加上它之后的模型</translation>
    </message>
    <message>
        <source>The model&apos;s, which many change too</source>
        <translation>模型的文本编码器，许多 LoRA 也会改变它</translation>
    </message>
    <message>
        <source>The text encoder with it</source>
        <translation>加上它之后的文本编码器</translation>
    </message>
    <message>
        <source>What it changes</source>
        <translation>要改变的模型</translation>
    </message>
    <message>
        <source>What the larger encoder reads, a refiner&apos;s only one</source>
        <translation>较大的编码器读到的内容，精修模型只有这一个</translation>
    </message>
    <message>
        <source>What the smaller encoder reads, mostly the same</source>
        <translation>较小的编码器读到的内容，通常相同</translation>
    </message>
    <message>
        <source>What training cut off at their left</source>
        <translation>训练时从左侧裁掉的部分</translation>
    </message>
    <message>
        <source>What training cut off at their top</source>
        <translation>训练时从顶部裁掉的部分</translation>
    </message>
    <message>
        <source>a LoRA that acts by the node Load LoRA or --lora, not here; left out: %1</source>
        <translation>LoRA 由“加载 LoRA”节点或 --lora 起作用，此处无效；已略去：%1</translation>
    </message>
    <message>
        <source>1 spreads the noise evenly over the steps</source>
        <translation>1 把噪声均匀分布到各步</translation>
    </message>
    <message>
        <source>Another, or none</source>
        <translation>另一个，或留空</translation>
    </message>
    <message>
        <source>Family</source>
        <translation>系列</translation>
    </message>
    <message>
        <source>How long a model of Stable Diffusion 3&apos;s kind stays with much noise: larger pictures want more.</source>
        <translation>Stable Diffusion 3 一类的模型在高噪声阶段停留多久：图片越大，数值宜越大。</translation>
    </message>
    <message>
        <source>Load diffusion model</source>
        <translation>载入扩散模型</translation>
    </message>
    <message>
        <source>Load text encoder</source>
        <translation>载入文本编码器</translation>
    </message>
    <message>
        <source>Of the model that they read for; auto: the one that reads with these</source>
        <translation>它们所服务的模型系列；auto：用这些编码器的系列</translation>
    </message>
    <message>
        <source>Path, or a name in the folder of models; a checkpoint too</source>
        <translation>路径，或模型文件夹中的名称；也可以是大模型</translation>
    </message>
    <message>
        <source>Path, or a name in the folder of text encoders: a CLIP or T5</source>
        <translation>路径，或文本编码器文件夹中的名称：CLIP 或 T5</translation>
    </message>
    <message>
        <source>Second file</source>
        <translation>第二个文件</translation>
    </message>
    <message>
        <source>Set flow shift</source>
        <translation>设置流偏移</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>偏移</translation>
    </message>
    <message>
        <source>The model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>The same with this shift</source>
        <translation>同一模型，采用此偏移</translation>
    </message>
    <message>
        <source>Third file</source>
        <translation>第三个文件</translation>
    </message>
    <message>
        <source>What reads prompts, from files of its own: one, or the two or three that a model reads with, in any order.</source>
        <translation>读取提示词的部分，来自单独的文件：一个，或模型所用的两三个，顺序不限。</translation>
    </message>
    <message>
        <source>What takes the noise away, from a file without text encoders and VAE.</source>
        <translation>去除噪声的部分，来自不含文本编码器和 VAE 的文件。</translation>
    </message>
</context>
</TS>
