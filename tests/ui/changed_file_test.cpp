// A file that another program changes while it is open: it is told, nothing is overwritten in silence, and what differs
// is shown. Files are kept in memory here.
#include "inference/graph/graph_difference.h"
#include "inference/graph/workflow_json.h"
#include "tests/support/test_program.h"
#include "tests/ui/fake_studio.h"
#include "ui/common/theme.h"
#include "ui/panels/changed_file_dialog.h"
#include "ui/window/autosave.h"
#include "ui/window/main_window.h"

#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeWidget>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace athanor;

namespace {

using Answer = ChangedFileDialog::Choice;

// A disk of one file, whose state is the number of the last change.
struct Disk {
    std::optional<Graph> graph;
    int state = 1;

    void put(Graph written)
    {
        graph = std::move(written);
        ++state;
    }
    FileState stateNow() const { return graph ? QString::number(state) : QString(); }

    WindowFiles files()
    {
        WindowFiles files;
        files.open = [this](const QString&, const std::function<void(OpenedFile)>& then) {
            OpenedFile file;
            file.state = stateNow();
            if (graph) {
                file.graph = *graph;
                file.digest = digestOf(*graph);
            } else {
                file.problem = "gone";
            }
            then(file);
        };
        files.write = [](const QString&, const QByteArray&, const std::function<void(QString)>& then) { then({}); };
        files.save = [this](const QString&, const QByteArray& bytes, const std::optional<FileState>& expected,
                         const std::function<void(SaveAnswer)>& then) {
            if (expected && graph && *expected != stateNow())
                return then({{}, true, stateNow()});
            put(readWorkflow(bytes.toStdString(), "test").graph);
            then({{}, false, stateNow()});
        };
        files.look = [this](const QString&, const std::function<void(FileState)>& then) { then(stateNow()); };
        files.describe = [](const QString&, const std::function<void(PictureDetails)>& then) { then({}); };
        files.firstWorkflow = [] { return Graph(); };
        return files;
    }
};

Graph twoNodes()
{
    Graph graph;
    addNode(graph, makeNode(*findNodeType("sample")));
    addNode(graph, makeNode(*findNodeType("empty_latent")));
    return graph;
}

Graph with(Graph graph, NodeId node, const char* param, const ParamValue& value)
{
    return withParam(std::move(graph), node, param, value);
}

}

class ChangedFileTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup() { m_window.reset(); }

    void savesOverWhatItKnows();
    void asksBeforeItOverwrites_data();
    void asksBeforeItOverwrites();
    void cancelLeavesBoth();
    void whatComesWhileAskingIsAskedAboutToo();
    void savesAgainWhereItWasOnlyTouched();
    void tellsOnceWhenTheWindowIsActive();
    void reloadCanBeUndone();
    void aFileThatIsGoneIsSomethingToSave();
    void showsWhatDiffers();
    void differencesAreOfNodes();

    void recoversWhatAProcessOfTheSameNumberLeft();
    void leavesWhatARunningProcessHolds();
    void twoStartsDoNotOfferTheSame();
    void tidiesWhatKeptNothing();

private:
    const Graph& here() { return m_window->document().graph(); }
    void edit(Graph graph) { QVERIFY(m_window->document().editWhole("Test", std::move(graph))); }
    ChangedFileDialog* dialog() { return m_window->findChild<ChangedFileDialog*>(); }

    QTemporaryDir m_folder;
    Disk m_disk;
    std::unique_ptr<MainWindow> m_window;
    FakeStudio m_studio;
};

void ChangedFileTest::initTestCase()
{
    QCoreApplication::setOrganizationName("athanor");
    QCoreApplication::setApplicationName("changed_file_test");
    qputenv("XDG_CONFIG_HOME", m_folder.path().toUtf8());
    applyTheme(*qApp, true);
}

void ChangedFileTest::init()
{
    QSettings().clear();
    m_disk = {};
    m_disk.put(twoNodes());
    m_window = std::make_unique<MainWindow>(m_studio, m_disk.files(), m_folder.filePath("autosave"));
    m_window->files().openNow("/somewhere/x.json");
    QVERIFY(here() == twoNodes());
}

void ChangedFileTest::savesOverWhatItKnows()
{
    for (const int steps : {5, 6}) {
        edit(with(here(), 1, "steps", int64_t(steps)));
        m_window->files().save();
        QVERIFY(!dialog());
        QVERIFY(*m_disk.graph == here());
        QVERIFY(!m_window->document().isModified());
    }
}

void ChangedFileTest::asksBeforeItOverwrites_data()
{
    QTest::addColumn<int>("choice");
    QTest::newRow("overwrite") << int(Answer::Overwrite);
    QTest::newRow("reload") << int(Answer::Reload);
}

void ChangedFileTest::asksBeforeItOverwrites()
{
    QFETCH(int, choice);
    const Graph theirs = with(twoNodes(), 2, "width", int64_t(1024)), ours = with(here(), 1, "steps", int64_t(7));
    edit(ours);
    m_disk.put(theirs);
    bool went = false;
    m_window->files().save([&] { went = true; });
    QVERIFY(dialog());
    QVERIFY(*m_disk.graph == theirs); // until there is an answer
    QVERIFY(m_window->document().isModified());
    dialog()->button(Answer(choice)).click();
    const Graph& wanted = Answer(choice) == Answer::Overwrite ? ours : theirs;
    QVERIFY(*m_disk.graph == wanted);
    QVERIFY(here() == wanted);
    QVERIFY(!m_window->document().isModified());
    QCOMPARE(went, Answer(choice) == Answer::Overwrite);
}

void ChangedFileTest::cancelLeavesBoth()
{
    const Graph theirs = with(twoNodes(), 2, "width", int64_t(1024)), ours = with(here(), 1, "steps", int64_t(7));
    edit(ours);
    m_disk.put(theirs);
    m_window->files().save();
    dialog()->reject();
    QVERIFY(*m_disk.graph == theirs);
    QVERIFY(here() == ours);
    QVERIFY(m_window->document().isModified());
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    m_window->files().save(); // asks again
    QVERIFY(dialog());
}

void ChangedFileTest::whatComesWhileAskingIsAskedAboutToo()
{
    edit(with(here(), 1, "steps", int64_t(7)));
    m_disk.put(with(twoNodes(), 2, "width", int64_t(1024)));
    m_window->files().save();
    ChangedFileDialog* first = dialog();
    const Graph third = with(twoNodes(), 2, "width", int64_t(768));
    m_disk.put(third);
    first->button(Answer::Overwrite).click();
    QVERIFY(*m_disk.graph == third);
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    QVERIFY(dialog() && dialog() != first);
}

void ChangedFileTest::savesAgainWhereItWasOnlyTouched()
{
    edit(with(here(), 1, "steps", int64_t(7)));
    m_disk.put(twoNodes()); // as it was
    m_window->files().save();
    QVERIFY(!dialog());
    QVERIFY(*m_disk.graph == here());
}

void ChangedFileTest::tellsOnceWhenTheWindowIsActive()
{
    m_window->show();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    QCoreApplication::processEvents();
    const auto comeBack = [&] {
        QWidget other;
        other.show();
        other.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&other));
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    };
    comeBack();
    QVERIFY(m_window->banner().text().isEmpty());
    m_disk.put(with(twoNodes(), 2, "width", int64_t(1024)));
    comeBack();
    QVERIFY2(m_window->banner().text().contains("x.json was changed"), qPrintable(m_window->banner().text()));
    m_window->banner().hide();
    comeBack();
    QVERIFY(m_window->banner().text().isEmpty()); // it is known
    m_disk.put(here()); // what is here already
    comeBack();
    QVERIFY(m_window->banner().text().isEmpty());
}

void ChangedFileTest::reloadCanBeUndone()
{
    const Graph ours = with(here(), 1, "steps", int64_t(7)), theirs = with(twoNodes(), 2, "width", int64_t(1024));
    edit(ours);
    m_disk.put(theirs);
    m_window->files().lookAtFile();
    QVERIFY(m_window->banner().text().contains("was changed"));
    m_window->files().reload();
    QVERIFY(here() == theirs);
    QVERIFY(!m_window->document().isModified());
    QVERIFY(m_window->banner().text().isEmpty());
    m_window->document().undoStack().undo();
    QVERIFY(here() == ours);
    QVERIFY(m_window->document().isModified());
    m_window->files().save(); // over what it has read
    QVERIFY(!dialog());
    QVERIFY(*m_disk.graph == ours);
}

void ChangedFileTest::aFileThatIsGoneIsSomethingToSave()
{
    m_disk.graph.reset();
    QVERIFY(!m_window->document().isModified());
    m_window->files().lookAtFile();
    QVERIFY(m_window->banner().text().contains("no longer on the disk"));
    QVERIFY(m_window->document().isModified());
    m_window->files().save();
    QVERIFY(m_disk.graph && *m_disk.graph == here());
    QVERIFY(!m_window->document().isModified());
}

void ChangedFileTest::showsWhatDiffers()
{
    Graph theirs = with(twoNodes(), 1, "steps", int64_t(30));
    theirs = removed(theirs, {2});
    addNode(theirs, makeNode(*findNodeType("note")));
    m_disk.put(theirs);
    m_window->files().compareWithFile();
    QVERIFY(dialog());
    QTreeWidget& tree = dialog()->difference();
    QVERIFY(!tree.isHidden());
    QCOMPARE(tree.topLevelItemCount(), 3);
    const QTreeWidgetItem* sample = tree.topLevelItem(0);
    QCOMPARE(sample->text(0), QString("Sample · 1"));
    QCOMPARE(sample->childCount(), 1);
    QCOMPARE(sample->child(0)->text(0), QString("Steps"));
    QCOMPARE(sample->child(0)->text(1), QString("30"));
    QCOMPARE(sample->child(0)->text(2), QString("20"));
    QCOMPARE(tree.topLevelItem(1)->text(1), QString("–"));
    QCOMPARE(tree.topLevelItem(1)->text(2), QString("there"));
    QCOMPARE(tree.topLevelItem(2)->text(1), QString("there"));
    QCOMPARE(tree.topLevelItem(2)->text(2), QString("–"));
}

void ChangedFileTest::differencesAreOfNodes()
{
    const Graph before = twoNodes();
    QVERIFY(differenceOf(before, before).isEmpty());
    Graph after = moved(before, {2}, 10, 0);
    after = withMode(after, {1}, NodeMode::Muted);
    after = connected(after, {2, "latent"}, {1, "latent"});
    after.nodes.at(2).params["width"] = int64_t(640);
    const GraphDifference difference = differenceOf(before, after);
    QCOMPARE(difference.nodes.size(), size_t(2));
    QVERIFY(difference.nodes[0].mode && difference.nodes[0].links && !difference.nodes[0].moved);
    QVERIFY(difference.nodes[1].moved && !difference.nodes[1].links);
    QCOMPARE(difference.nodes[1].values.size(), size_t(1));
    QCOMPARE(difference.nodes[1].values[0].param, std::string("width"));

    Graph renumbered = connected(before, {2, "latent"}, {1, "latent"}); // the same link under another number
    Graph again = before;
    again.nextId = 40;
    QVERIFY(differenceOf(renumbered, connected(again, {2, "latent"}, {1, "latent"})).isEmpty());

    Graph other = before; // the same number, another type
    other.nodes.at(2) = makeNode(*findNodeType("note"));
    QCOMPARE(differenceOf(before, other).nodes.size(), size_t(2));

    Graph longer = before, longest = before; // of long texts what differs
    longer.nodes.at(2).params["text"] = std::string(500, 'a') + "b";
    longest.nodes.at(2).params["text"] = std::string(500, 'a') + "c";
    const auto values = differenceOf(longer, longest).nodes.at(0).values;
    QCOMPARE(values.size(), size_t(1));
    QVERIFY(values[0].before == ParamValue(std::string("b")) && values[0].after == ParamValue(std::string("c")));
}

// As the old program named its copies: by the number of its process, which in a container every start has.
void ChangedFileTest::recoversWhatAProcessOfTheSameNumberLeft()
{
    QTemporaryDir folder;
    const QString number = QString::number(QCoreApplication::applicationPid());
    for (const char* ending : {".json", ".lock", ".name"}) {
        QFile file(folder.filePath(number + ending));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(qstrcmp(ending, ".lock") == 0 ? (number + "\nathanor\n" + QSysInfo::machineHostName()).toUtf8()
                                                 : QByteArray("x"));
    }
    GraphDocument document;
    Autosave autosave(document, m_disk.files(), folder.path());
    const auto found = autosave.find();
    QVERIFY(found);
    QCOMPARE(found->kept, folder.filePath(number + ".json"));
    QVERIFY(autosave.copyPath() != found->kept);
    Autosave second(document, m_disk.files(), folder.path());
    QVERIFY(second.copyPath() != autosave.copyPath());
    autosave.forget(*found);
    QVERIFY(!autosave.find());
}

void ChangedFileTest::leavesWhatARunningProcessHolds()
{
    QTemporaryDir folder;
    const QString copy = folder.filePath("theirs.json"), lock = folder.filePath("theirs.lock");
    int ready[2];
    QCOMPARE(pipe(ready), 0);
    const pid_t child = fork(); // which only holds the file until it is killed
    if (child == 0) {
        const auto held = HeldFile::make(lock);
        (void)!write(ready[1], held ? "y" : "n", 1);
        pause();
        _exit(0);
    }
    char answer = 0;
    QCOMPARE(read(ready[0], &answer, 1), ssize_t(1));
    QCOMPARE(answer, 'y');
    QFile file(copy);
    QVERIFY(file.open(QIODevice::WriteOnly));
    GraphDocument document;
    Autosave autosave(document, m_disk.files(), folder.path());
    QVERIFY(!autosave.find());
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    const auto found = autosave.find();
    QVERIFY(found);
    QCOMPARE(found->kept, copy);
}

void ChangedFileTest::twoStartsDoNotOfferTheSame()
{
    QTemporaryDir folder;
    for (const char* ending : {".json", ".lock"}) {
        QFile file(folder.filePath(QString("left") + ending));
        QVERIFY(file.open(QIODevice::WriteOnly));
    }
    GraphDocument document;
    Autosave one(document, m_disk.files(), folder.path()), two(document, m_disk.files(), folder.path());
    auto found = one.find();
    QVERIFY(found);
    QVERIFY(!two.find());
    found.reset(); // it ended without an answer
    QVERIFY(two.find());
}

void ChangedFileTest::tidiesWhatKeptNothing()
{
    QTemporaryDir folder;
    QFile lock(folder.filePath("left.lock"));
    QVERIFY(lock.open(QIODevice::WriteOnly));
    GraphDocument document;
    {
        Autosave autosave(document, m_disk.files(), folder.path());
        QVERIFY(!autosave.find());
        QVERIFY(!lock.exists());
    }
    QVERIFY(QDir(folder.path()).isEmpty());
}

ATHANOR_WINDOW_TEST(ChangedFileTest)
#include "changed_file_test.moc"
