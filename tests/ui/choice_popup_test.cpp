// The list that nodes are chosen from, by typing.
#include "ui/canvas/choice_popup.h"

#include "tests/support/test_program.h"

#include <QTest>

using namespace athanor;

class ChoicePopupTest : public QObject {
    Q_OBJECT
private slots:
    void findsByTheEnglishTitleToo();
};

void ChoicePopupTest::findsByTheEnglishTitleToo()
{
    QWidget parent;
    int sampled = 0;
    std::vector<Choice> choices{{"载入大模型", "载入", "模型文件", Qt::red, [] {}, "Load checkpoint"},
        {"采样", "采样", "去除噪声", Qt::red, [&] { ++sampled; }, "Sample"}};
    auto* popup = new ChoicePopup(&parent, "Add a node", std::move(choices));
    popup->openAt({0, 0});
    QCOMPARE(popup->list().count(), 2);
    QTest::keyClicks(&popup->search(), "samp");
    QCOMPARE(popup->list().count(), 1);
    QCOMPARE(popup->list().item(0)->text(), QString("采样"));
    QTest::keyClick(&popup->search(), Qt::Key_Return);
    QCOMPARE(sampled, 1);
}

ATHANOR_WINDOW_TEST(ChoicePopupTest)
#include "choice_popup_test.moc"
