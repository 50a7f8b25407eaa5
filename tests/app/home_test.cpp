// What a newcomer meets in the real window: the welcome page and its examples, the models, the keys.
#include "app/window/window.h"

#include "app/engine/workflow_file.h"
#include "inference/graph/validate.h"
#include "tests/app/window_home.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"
#include "ui/canvas/graph_view.h"
#include "ui/panels/models_panel.h"
#include "ui/panels/shortcut_dialog.h"
#include "ui/panels/welcome_page.h"

#include <QAction>
#include <QCheckBox>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeWidget>

using namespace athanor;

class HomeTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup() { m_app.reset(); }

    void examplesAreReadyToRun_data();
    void examplesAreReadyToRun();
    void aCardOpensItsWorkflow_data();
    void aCardOpensItsWorkflow();
    void welcomeComesOnceByItself();
    void welcomeGoesByEscapeAndComesFromTheMenu();
    void welcomeListsRecentFiles();
    void arrowKeysGoFromCardToCard();
    void anEmptyCanvasOffersExamples();
    void modelsAreThereAndGoOnTheCanvas();
    void tellsWhereModelsGo();
    void keysOfMenusAndCanvasCanBeChanged();
    void spaceIsAKeyLikeOthers();

private:
    MainWindow& window() { return m_app->window(); }
    void click(QWidget* widget) { QTest::mouseClick(widget, Qt::LeftButton); }

    QTemporaryDir m_home;
    std::unique_ptr<AppWindow> m_app;
};

void HomeTest::initTestCase()
{
    useHome(m_home, "home_test");
}

void HomeTest::init()
{
    QSettings().clear();
    WindowArguments arguments;
    arguments.outFolder = m_home.filePath("out").toStdString();
    m_app = std::make_unique<AppWindow>(arguments);
    m_app->start();
    QVERIFY(QTest::qWaitForWindowExposed(&window()));
}

void HomeTest::examplesAreReadyToRun_data()
{
    QTest::addColumn<QString>("workflow");
    QCOMPARE(examples().size(), 5);
    for (const Example& example : examples())
        QTest::newRow(qPrintable(example.workflow)) << example.workflow;
}

void HomeTest::examplesAreReadyToRun()
{
    QFETCH(QString, workflow);
    const Graph graph = builtInWorkflow(workflow.toStdString());
    const std::vector<Problem> problems = validate(graph);
    QVERIFY2(problems.empty(), problems.empty() ? "" : problems.front().text.c_str());
    for (const auto& [id, node] : graph.nodes) { // which are found wherever the program is
        const auto file = node.params.find("file");
        if (file == node.params.end())
            continue;
        const QString name = QString::fromStdString(std::get<std::string>(file->second));
        QVERIFY2(QFile::exists(QString::fromStdString(sourcePath("resources/models/")) + name)
                || QFile::exists(QString::fromStdString(sourcePath("resources/inputs/")) + name),
            qPrintable(name));
    }
    const QFileInfo picture(QString::fromStdString(sourcePath("resources/pictures/")) + workflow + ".jpg");
    QVERIFY2(picture.exists() && picture.size() <= 20'000, qPrintable(picture.filePath()));
}

void HomeTest::aCardOpensItsWorkflow_data()
{
    examplesAreReadyToRun_data();
}

void HomeTest::aCardOpensItsWorkflow()
{
    QFETCH(QString, workflow);
    window().showWelcome();
    QVERIFY(window().welcome().isVisible());
    auto* card = window().welcome().findChild<ExampleCard*>(workflow);
    QVERIFY(card);
    click(card);
    QVERIFY(!window().welcome().isVisible());
    QVERIFY(window().document().file().isEmpty()); // nobody writes over the example
    QCOMPARE(window().document().graph().nodes.size(), builtInWorkflow(workflow.toStdString()).nodes.size());
    QVERIFY(!window().document().isModified());
    QCOMPARE(window().files().name(), card->text());
}

void HomeTest::welcomeComesOnceByItself()
{
    QVERIFY(MainWindow::wantsWelcome());
    window().showWelcome();
    QVERIFY(!MainWindow::wantsWelcome());
    click(window().welcome().findChild<QCheckBox*>());
    QVERIFY(MainWindow::wantsWelcome());
}

void HomeTest::welcomeGoesByEscapeAndComesFromTheMenu()
{
    window().action("welcome")->trigger();
    QVERIFY(window().welcome().isVisible());
    QTest::keyClick(QApplication::focusWidget() ? QApplication::focusWidget() : &window().welcome(), Qt::Key_Escape);
    QVERIFY(!window().welcome().isVisible());
    window().showWelcome();
    click(window().welcome().findChild<QPushButton*>("newEmpty"));
    QVERIFY(!window().welcome().isVisible());
    QVERIFY(window().document().graph().nodes.empty());
}

void HomeTest::welcomeListsRecentFiles()
{
    QSettings().setValue("recent", QStringList{"/a/one & two.json", "/b/<b>x.json"});
    window().showWelcome();
    QStringList texts;
    for (auto* button : window().welcome().findChildren<QPushButton*>())
        texts << button->text();
    QVERIFY(texts.contains("one && two.json"));
    QVERIFY(texts.contains("<b>x.json"));
}

void HomeTest::arrowKeysGoFromCardToCard()
{
    window().activateWindow();
    window().showWelcome();
    const auto& cards = window().welcome().cards();
    QCOMPARE(window().welcome().focusWidget(), static_cast<QWidget*>(cards[0]));
    QTest::keyClick(cards[0], Qt::Key_Right);
    QCOMPARE(window().welcome().focusWidget(), static_cast<QWidget*>(cards[1]));
    QTest::keyClick(cards[1], Qt::Key_Return);
    QVERIFY(!window().welcome().isVisible());
    QCOMPARE(window().files().name(), cards[1]->text());
}

void HomeTest::anEmptyCanvasOffersExamples()
{
    auto* offer = window().canvas().findChild<EmptyCanvas*>();
    QVERIFY(offer && !offer->isVisible());
    window().files().newFile->trigger();
    QVERIFY(offer->isVisible());
    click(offer->findChild<QPushButton*>("follow-a-picture"));
    QVERIFY(!offer->isVisible());
    QVERIFY(window().document().graph().nodes.size() > 8);
    QVERIFY(window().document().selection().empty());
}

void HomeTest::modelsAreThereAndGoOnTheCanvas()
{
    QAction* panel = window().action("panel models");
    QVERIFY(panel);
    panel->trigger();
    QListView& list = window().models()->list();
    QVERIFY(QTest::qWaitFor([&] { return list.model()->rowCount() > 3; }, longestScan));
    QVERIFY(list.isVisible());
    window().files().newFile->trigger();
    const auto indexOf = [&](const QString& name) {
        for (int row = 0; row < list.model()->rowCount(); ++row)
            if (list.model()->index(row, 0).data().toString() == name)
                return list.model()->index(row, 0);
        return QModelIndex();
    };
    QVERIFY(QTest::qWaitFor(
        [&] { return indexOf("pose").flags() & Qt::ItemIsDragEnabled; }, longestScan)); // its header is read
    QTest::mouseClick(list.viewport(), Qt::LeftButton, {}, list.visualRect(indexOf("pose")).center());
    QTest::mouseDClick(list.viewport(), Qt::LeftButton, {}, list.visualRect(indexOf("pose")).center());
    const Graph& graph = window().document().graph();
    QCOMPARE(graph.nodes.size(), size_t(1));
    QCOMPARE(graph.nodes.begin()->second.type, std::string("load_controlnet"));
    QCOMPARE(
        std::get<std::string>(graph.nodes.begin()->second.params.at("file")), std::string("starter/controlnets/pose"));
    list.setFocus();
    QTest::keyClick(&list, Qt::Key_Return); // a second one, beside it
    QCOMPARE(graph.nodes.size(), size_t(2));
    QVERIFY(graph.nodes.begin()->second.rect.x != graph.nodes.rbegin()->second.rect.x);
}

void HomeTest::tellsWhereModelsGo()
{
    QVERIFY(QTest::qWaitFor([&] { return !window().models()->note().isEmpty(); }, longestScan));
    const QString folder = m_home.filePath("athanor/models");
    QVERIFY(window().models()->note().contains(folder));
    QVERIFY(window().welcome().modelsNote().contains(folder));
}

void HomeTest::keysOfMenusAndCanvasCanBeChanged()
{
    window().action("shortcuts")->trigger();
    auto* dialog = window().findChild<ShortcutDialog*>();
    QVERIFY(dialog && QTest::qWaitForWindowExposed(dialog));
    for (const char* id : {"run", "save", "undo", "panel models", "canvas/add", "canvas/zoom 100", "picture compare"})
        QVERIFY2(dialog->itemOf(id), id);
    QTreeWidgetItem* mute = dialog->itemOf("canvas/mute");
    dialog->list().scrollToItem(mute);
    QTest::mouseClick(dialog->list().viewport(), Qt::LeftButton, {}, dialog->list().visualItemRect(mute).center());
    QTest::keyClick(&dialog->list(), Qt::Key_B); // which bypasses
    QCOMPARE(window().canvas().action("mute")->shortcut(), QKeySequence(Qt::Key_M));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Space); // "Take it over" has the focus
    QCOMPARE(window().canvas().action("mute")->shortcut(), QKeySequence(Qt::Key_B));
    QVERIFY(window().canvas().action("bypass")->shortcuts().isEmpty());
    dialog->close();
}

void HomeTest::spaceIsAKeyLikeOthers()
{
    GraphView& canvas = window().canvas();
    int added = 0, fitted = 0;
    canvas.action("add")->disconnect(SIGNAL(triggered(bool)));
    connect(canvas.action("add"), &QAction::triggered, this, [&] { ++added; });
    connect(canvas.action("fit"), &QAction::triggered, this, [&] { ++fitted; });
    canvas.setFocus();
    QTest::keyClick(&canvas, Qt::Key_Space);
    QCOMPARE(added, 1);
    window().shortcutKeys().set("canvas/fit", {QKeySequence(Qt::Key_Space)});
    QTest::keyClick(&canvas, Qt::Key_Space);
    QCOMPARE(added, 1);
    QCOMPARE(fitted, 1);
}

ATHANOR_WINDOW_TEST(HomeTest)
#include "home_test.moc"
