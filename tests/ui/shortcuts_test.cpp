// Keys of actions, changed in the dialog by mouse and keys, and kept.
#include "tests/support/test_program.h"
#include "ui/common/theme.h"
#include "ui/panels/shortcut_dialog.h"

#include <QAction>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeWidget>

using namespace athanor;

class ShortcutsTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup();

    void changesByClickAndKeys();
    void changesByEnter();
    void escapeLeavesThemAsTheyAre();
    void modifiersAloneAreNoKeys();
    void tellsAConflictAndTakesOver();
    void aConflictMayBeLeft();
    void removesAndResetsOne();
    void resetsAll();
    void areKeptForTheNextStart();
    void usualKeysAreNotKept();
    void searches();
    void handsAreShownButFixed();
    void theNewKeyActs();

private:
    QPoint placeOf(const QString& id) const { return m_dialog->list().visualItemRect(m_dialog->itemOf(id)).center(); }
    void click(const QString& id)
    {
        m_dialog->list().scrollToItem(m_dialog->itemOf(id));
        QTest::mouseClick(m_dialog->list().viewport(), Qt::LeftButton, {}, placeOf(id));
    }
    void press(QPushButton* button) { QTest::mouseClick(button, Qt::LeftButton); }
    QPushButton* button(const QString& text) const
    {
        for (auto* found : m_dialog->findChildren<QPushButton*>())
            if (found->text() == text)
                return found;
        return nullptr;
    }
    void collect(ShortcutKeys& keys)
    {
        keys.add("run", "Run", *m_run);
        keys.add("group", "Graph", *m_group);
        keys.add("quit", "File", *m_quit);
    }

    QTemporaryDir m_home;
    std::unique_ptr<QWidget> m_window;
    QAction *m_run, *m_group, *m_quit;
    std::unique_ptr<ShortcutKeys> m_keys;
    ShortcutDialog* m_dialog = nullptr;
};

void ShortcutsTest::initTestCase()
{
    qputenv("XDG_CONFIG_HOME", m_home.path().toUtf8());
    QCoreApplication::setOrganizationName("athanor");
    QCoreApplication::setApplicationName("shortcuts_test");
    applyTheme(*qApp, true);
}

void ShortcutsTest::init()
{
    QSettings().clear();
    m_window = std::make_unique<QWidget>();
    const auto make = [this](const char* text, const QKeySequence& key) {
        auto* action = new QAction(text, m_window.get());
        action->setShortcut(key);
        m_window->addAction(action);
        return action;
    };
    m_run = make("&Run", QKeySequence("Ctrl+R"));
    m_group = make("Group", QKeySequence("Ctrl+G"));
    m_quit = make("Quit", QKeySequence("Ctrl+Q"));
    m_keys = std::make_unique<ShortcutKeys>();
    collect(*m_keys);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    m_dialog = new ShortcutDialog(*m_keys, m_window.get());
    m_dialog->open();
    QVERIFY(QTest::qWaitForWindowExposed(m_dialog));
}

void ShortcutsTest::cleanup()
{
    m_window.reset();
    m_keys.reset();
}

void ShortcutsTest::changesByClickAndKeys()
{
    QCOMPARE(m_dialog->itemOf("run")->text(0), QString("Run"));
    QCOMPARE(m_dialog->itemOf("run")->text(1), QString("Ctrl+R"));
    click("run");
    QVERIFY(m_dialog->isListening());
    QTest::keyClick(&m_dialog->list(), Qt::Key_F5, Qt::ShiftModifier);
    QVERIFY(!m_dialog->isListening());
    QCOMPARE(m_run->shortcuts(), QList<QKeySequence>{QKeySequence("Shift+F5")});
    QCOMPARE(m_dialog->itemOf("run")->text(1), QString("Shift+F5"));
}

void ShortcutsTest::changesByEnter()
{
    m_dialog->list().setCurrentItem(m_dialog->itemOf("group"));
    m_dialog->list().setFocus();
    QTest::keyClick(&m_dialog->list(), Qt::Key_Return);
    QVERIFY(m_dialog->isListening());
    QTest::keyClick(&m_dialog->list(), Qt::Key_Return, Qt::ControlModifier); // which is a key like others
    QCOMPARE(m_group->shortcut(), QKeySequence("Ctrl+Return"));
}

void ShortcutsTest::escapeLeavesThemAsTheyAre()
{
    click("run");
    QTest::keyClick(&m_dialog->list(), Qt::Key_Escape);
    QVERIFY(!m_dialog->isListening());
    QVERIFY(m_dialog->isVisible());
    QCOMPARE(m_run->shortcut(), QKeySequence("Ctrl+R"));
}

void ShortcutsTest::modifiersAloneAreNoKeys()
{
    click("run");
    QTest::keyClick(&m_dialog->list(), Qt::Key_Control);
    QTest::keyClick(&m_dialog->list(), Qt::Key_Shift);
    QVERIFY(m_dialog->isListening());
    QCOMPARE(m_run->shortcut(), QKeySequence("Ctrl+R"));
}

void ShortcutsTest::tellsAConflictAndTakesOver()
{
    QVERIFY(!button("Take it over")->isVisible());
    click("run");
    QTest::keyClick(&m_dialog->list(), Qt::Key_G, Qt::ControlModifier);
    QCOMPARE(m_run->shortcut(), QKeySequence("Ctrl+R")); // nothing yet
    QVERIFY2(m_dialog->message().contains("Group"), qPrintable(m_dialog->message()));
    QVERIFY(button("Take it over")->isVisible());
    press(button("Take it over"));
    QCOMPARE(m_run->shortcut(), QKeySequence("Ctrl+G"));
    QVERIFY(m_group->shortcuts().isEmpty());
    QVERIFY(!button("Take it over")->isVisible());
}

void ShortcutsTest::aConflictMayBeLeft()
{
    click("run");
    QTest::keyClick(&m_dialog->list(), Qt::Key_G, Qt::ControlModifier);
    click("quit");
    QTest::keyClick(&m_dialog->list(), Qt::Key_Escape);
    QCOMPARE(m_run->shortcut(), QKeySequence("Ctrl+R"));
    QCOMPARE(m_group->shortcut(), QKeySequence("Ctrl+G"));
    QVERIFY(!button("Take it over")->isVisible());
}

void ShortcutsTest::removesAndResetsOne()
{
    click("run");
    QTest::keyClick(&m_dialog->list(), Qt::Key_Escape);
    QVERIFY(!button("Reset")->isEnabled());
    press(button("Remove"));
    QVERIFY(m_run->shortcuts().isEmpty());
    press(button("Reset"));
    QCOMPARE(m_run->shortcut(), QKeySequence("Ctrl+R"));
}

void ShortcutsTest::resetsAll()
{
    QVERIFY(!button("Reset all")->isEnabled());
    m_keys->set("run", {QKeySequence("Ctrl+G")});
    m_keys->set("quit", {QKeySequence("Ctrl+R")});
    press(button("Reset all"));
    QCOMPARE(m_run->shortcut(), QKeySequence("Ctrl+R"));
    QCOMPARE(m_group->shortcut(), QKeySequence("Ctrl+G"));
    QCOMPARE(m_quit->shortcut(), QKeySequence("Ctrl+Q"));
    QVERIFY(!button("Reset all")->isEnabled());
}

void ShortcutsTest::areKeptForTheNextStart()
{
    m_keys->set("run", {QKeySequence("Ctrl+G"), QKeySequence("F9")});
    m_run->setShortcut(QKeySequence("Ctrl+R")); // as the program makes them
    m_group->setShortcut(QKeySequence("Ctrl+G"));
    ShortcutKeys next;
    collect(next);
    QCOMPARE(m_run->shortcuts(), (QList<QKeySequence>{QKeySequence("Ctrl+G"), QKeySequence("F9")}));
    QVERIFY(m_group->shortcuts().isEmpty());
    next.resetAll();
    QCOMPARE(m_run->shortcut(), QKeySequence("Ctrl+R"));
    QCOMPARE(m_group->shortcut(), QKeySequence("Ctrl+G"));
}

void ShortcutsTest::usualKeysAreNotKept()
{
    m_keys->set("run", {QKeySequence("F9")});
    QVERIFY(!QSettings().allKeys().isEmpty());
    m_keys->reset("run");
    QVERIFY(QSettings().allKeys().isEmpty());
}

void ShortcutsTest::searches()
{
    m_dialog->search().setFocus();
    QTest::keyClicks(&m_dialog->search(), "ctrl+g");
    QVERIFY(m_dialog->itemOf("run")->isHidden());
    QVERIFY(!m_dialog->itemOf("group")->isHidden());
    m_dialog->search().clear();
    QTest::keyClicks(&m_dialog->search(), "quit");
    QVERIFY(m_dialog->itemOf("group")->isHidden());
    QVERIFY(!m_dialog->itemOf("quit")->isHidden());
    QTest::keyClick(&m_dialog->search(), Qt::Key_Escape);
}

void ShortcutsTest::handsAreShownButFixed()
{
    const auto found = m_dialog->list().findItems("Zoom at the pointer", Qt::MatchExactly | Qt::MatchRecursive);
    QCOMPARE(found.size(), 1);
    m_dialog->list().scrollToItem(found[0]);
    QTest::mouseClick(
        m_dialog->list().viewport(), Qt::LeftButton, {}, m_dialog->list().visualItemRect(found[0]).center());
    QVERIFY(!m_dialog->isListening());
}

void ShortcutsTest::theNewKeyActs()
{
    m_keys->set("run", {QKeySequence("F9")});
    m_dialog->close();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    QSignalSpy ran(m_run, &QAction::triggered);
    QTest::keyClick(m_window.get(), Qt::Key_R, Qt::ControlModifier);
    QCOMPARE(ran.size(), 0);
    QTest::keyClick(m_window.get(), Qt::Key_F9);
    QCOMPARE(ran.size(), 1);
}

ATHANOR_WINDOW_TEST(ShortcutsTest)
#include "shortcuts_test.moc"
