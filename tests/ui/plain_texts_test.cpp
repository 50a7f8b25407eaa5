// Titles, prompts and names that come from files are shown letter by letter, tags and all, wherever the window has
// them.
#include "inference/graph/graph_edit.h"
#include "inference/graph/subgraph.h"
#include "tests/support/test_program.h"
#include "tests/ui/fake_studio.h"
#include "ui/common/theme.h"
#include "ui/inspector/form_view.h"
#include "ui/inspector/inspector.h"
#include "ui/panels/changed_file_dialog.h"
#include "ui/panels/picture_card.h"
#include "ui/panels/welcome_page.h"
#include "ui/window/main_window.h"

#include <QAction>
#include <QLabel>
#include <QMessageBox>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <QTextDocumentFragment>

using namespace athanor;

namespace {

const char* const hostile = "<h1>big</h1><img src=\"/etc/hostname\"> & co";

WindowFiles noFiles()
{
    WindowFiles files;
    files.open = [](const QString&, const std::function<void(OpenedFile)>& then) {
        OpenedFile file;
        file.problem = QString("cannot read ") + hostile;
        then(file);
    };
    files.write = [](const QString&, const QByteArray&, const std::function<void(QString)>& then) { then({}); };
    files.look = [](const QString&, const std::function<void(FileState)>&) {};
    files.describe = [](const QString&, const std::function<void(PictureDetails)>& then) { then({}); };
    files.readThumbnail = [](const QString&, int, const std::function<void(QImage)>&) {};
    files.firstWorkflow = [] { return Graph(); };
    return files;
}

// Every text of it that a file can hold is hostile.
Graph hostileGraph()
{
    Graph graph;
    for (const char* type : {"load_checkpoint", "encode_prompt", "empty_latent", "sample", "note"}) {
        Node node = makeNode(*findNodeType(type));
        node.title = hostile;
        for (auto& [name, value] : node.params)
            if (std::holds_alternative<std::string>(value))
                value = std::string(hostile);
        addNode(graph, std::move(node));
    }
    Node unknown;
    unknown.type = hostile;
    addNode(graph, unknown);
    graph = connected(graph, {1, "text_encoder"}, {2, "text_encoder"});
    graph = connected(graph, {2, "conditioning"}, {4, "positive"});
    Node text = makeNode(*findNodeType("text_value"));
    text.title = hostile;
    const NodeId fed = addNode(graph, std::move(text));
    graph = connected(graph, {fed, "value"}, {2, "prompt"});
    addGroup(graph, {hostile, {0, 0, 400, 300}, ""});
    addComment(graph, {hostile, {0, 0, 400, 300}, ""});
    for (const auto& [id, node] : graph.nodes)
        for (const auto& [name, value] : node.params)
            graph.form.push_back({{id}, name});
    return graph;
}

// What a label or tooltip shows differs from what it was given.
QStringList wrong()
{
    QStringList found;
    const auto check = [&](const QWidget* widget, const QString& text, bool rich) {
        const QString shown = rich ? QTextDocumentFragment::fromHtml(text).toPlainText() : text;
        if (text.contains("big") && !shown.contains("<h1>big</h1><img src=\"/etc/hostname\"> & ")) // long ones are cut
            found << QString(widget->metaObject()->className()) + " " + widget->objectName() + ": " + text;
    };
    for (QWidget* widget : QApplication::allWidgets()) {
        if (const auto* label = qobject_cast<QLabel*>(widget)) {
            widget->ensurePolished();
            check(widget, label->text(),
                label->textFormat() == Qt::RichText
                    || (label->textFormat() == Qt::AutoText && Qt::mightBeRichText(label->text())));
        }
        check(widget, widget->toolTip(), Qt::mightBeRichText(widget->toolTip()));
    }
    return found;
}

}

class PlainTextsTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup() { m_window.reset(); }
    void aLabelIsPlainByItself();
    void everyNode();
    void subgraphs();
    void drawings();
    void filesAndProblems();
    void cardsAndDialogs();
    void aboutIsStillFormatted();

private:
    QTemporaryDir m_folder;
    FakeStudio m_studio;
    std::unique_ptr<MainWindow> m_window;
};

void PlainTextsTest::initTestCase()
{
    QCoreApplication::setOrganizationName("athanor");
    QCoreApplication::setApplicationName("plain_texts_test");
    qputenv("XDG_CONFIG_HOME", m_folder.path().toUtf8());
    applyTheme(*qApp, true);
}

void PlainTextsTest::init()
{
    QSettings().clear();
    QSettings().setValue("recent", QStringList{QString("/x/") + hostile});
    m_window = std::make_unique<MainWindow>(m_studio, noFiles(), m_folder.filePath("autosave"));
    m_window->show();
}

void PlainTextsTest::aLabelIsPlainByItself()
{
    QLabel label(hostile);
    label.show();
    QCOMPARE(label.textFormat(), Qt::PlainText);
    QLabel rich("<b>bold</b>");
    rich.setTextFormat(Qt::RichText);
    rich.show();
    QCOMPARE(rich.textFormat(), Qt::RichText);
}

void PlainTextsTest::everyNode()
{
    m_window->document().reset(hostileGraph(), QString("/x/") + hostile + ".json");
    for (const auto& [id, node] : m_window->document().graph().nodes) {
        m_window->document().select({id});
        for (int tab = 0; tab < m_window->inspector().count(); ++tab)
            m_window->inspector().setCurrentIndex(tab);
        QCoreApplication::processEvents();
        QCOMPARE(wrong().join("\n"), QString());
    }
}

void PlainTextsTest::subgraphs()
{
    const MadeSubgraph made = intoSubgraph(hostileGraph(), {1, 2, 3, 4}, hostile);
    m_window->document().reset(made.graph);
    m_window->document().select({made.node});
    QCoreApplication::processEvents();
    QCOMPARE(wrong().join("\n"), QString());
    m_window->document().enter({made.node});
    QCoreApplication::processEvents();
    QCOMPARE(wrong().join("\n"), QString());
}

void PlainTextsTest::drawings()
{
    for (const char* type : {"draw", "draw_pose"}) {
        Graph graph;
        Node node = makeNode(*findNodeType(type));
        node.title = hostile;
        addNode(graph, std::move(node));
        m_window->document().reset(graph);
        const NodeType& known = *findNodeType(type);
        for (const Param& param : known.params)
            m_window->document().openEditor({{1}, std::string(param.name)});
        QCoreApplication::processEvents();
        QCOMPARE(wrong().join("\n"), QString());
    }
}

void PlainTextsTest::filesAndProblems()
{
    m_window->showWelcome();
    m_window->files().openNow(QString("/x/") + hostile);
    QVERIFY(m_window->banner().text().contains("<h1>"));
    DeviceStatus status;
    status.name = status.problem = hostile;
    m_window->setDevice(status);
    RunMessage message{1, {}, {}};
    message.event.kind = RunEvent::Kind::Problem;
    message.event.text = hostile;
    m_window->runs().start(Graph(), hostile);
    emit m_studio.message(message);
    message.event.kind = RunEvent::Kind::Done;
    message.event.code = 3;
    emit m_studio.message(message);
    m_window->history().addNewest(QString("/x/") + hostile + ".png", QImage(8, 8, QImage::Format_RGB32));
    QCoreApplication::processEvents();
    QCOMPARE(wrong().join("\n"), QString());
}

void PlainTextsTest::cardsAndDialogs()
{
    PictureDetails details;
    details.isPicture = true;
    details.format = "PNG";
    details.maker = hostile;
    details.info.prompt = details.info.negativePrompt = hostile;
    details.info.fields = {{hostile, hostile}};
    details.warnings << hostile;
    PictureCard card(QString("/x/") + hostile, details, true, m_window.get());
    card.setAttribute(Qt::WA_DeleteOnClose, false);
    card.show();
    ChangedFileDialog::Facts facts{hostile, hostile, false, {}};
    ChangedFileDialog changed(facts, m_window.get());
    changed.setAttribute(Qt::WA_DeleteOnClose, false);
    changed.show();
    m_window->document().reset(hostileGraph(), QString("/x/") + hostile + ".json", false, true);
    m_window->files().leave([] {});
    auto* box = m_window->findChild<QMessageBox*>();
    QVERIFY(box);
    QCoreApplication::processEvents();
    QCOMPARE(wrong().join("\n"), QString());
}

void PlainTextsTest::aboutIsStillFormatted()
{
    m_window->action("about")->trigger();
    auto* box = m_window->findChild<QMessageBox*>();
    QVERIFY(box && box->textFormat() == Qt::RichText);
    box->close();
}

ATHANOR_WINDOW_TEST(PlainTextsTest)
#include "plain_texts_test.moc"
