// What a session keeps of its runs is bounded, however many there are.
#include "inference/graph/graph_edit.h"
#include "tests/support/test_program.h"
#include "tests/ui/fake_studio.h"
#include "ui/common/runs.h"
#include "ui/panels/history_strip.h"
#include "ui/panels/queue_panel.h"

#include <QListWidget>
#include <QSettings>
#include <QSignalSpy>
#include <QTest>

using namespace athanor;

namespace {

QImage picture(int side)
{
    QImage image(side, side, QImage::Format_RGB32);
    image.fill(Qt::red);
    return image;
}

void finish(FakeStudio& studio, qint64 run, const QString& file)
{
    RunMessage message{run, {}, picture(1024)};
    message.event.kind = RunEvent::Kind::Saved;
    message.event.text = file.toStdString();
    emit studio.message(message);
    message = {run, {}, {}};
    message.event.kind = RunEvent::Kind::Done;
    message.event.done = 1;
    emit studio.message(message);
}

}

class RunsTest : public QObject {
    Q_OBJECT
private slots:
    void init() { QSettings().clear(); }
    void keepsSmallPicturesOfOldRuns();
    void keepsFewerRunsOfLargeWorkflows();
    void aRowOfTheQueueShowsTheFile();
    void historyKeepsWhatItPaints();
};

void RunsTest::keepsSmallPicturesOfOldRuns()
{
    FakeStudio studio;
    Runs runs(studio);
    for (int i = 0; i < 300; ++i)
        finish(studio, runs.start(Graph(), "run"), "/x.png");
    QCOMPARE(runs.finished().size(), Runs::maxFinished);
    QCOMPARE(runs.finished().front().picture.size(), QSize(Runs::wholeSide, Runs::wholeSide));
    QCOMPARE(runs.finished().back().picture.size(), QSize(Runs::thumbnailSide, Runs::thumbnailSide));
    const size_t whole = 4 * Runs::wholeSide * Runs::wholeSide, small = 4 * Runs::thumbnailSide * Runs::thumbnailSide;
    QVERIFY(runs.finishedBytes() <= Runs::maxWhole * whole + (Runs::maxFinished - Runs::maxWhole) * small);
}

void RunsTest::keepsFewerRunsOfLargeWorkflows()
{
    FakeStudio studio;
    Runs runs(studio);
    Graph graph;
    Node node = makeNode(*findNodeType("draw"));
    node.params["drawing"] = std::string(4 << 20, 'x');
    addNode(graph, std::move(node));
    for (int i = 0; i < 30; ++i)
        finish(studio, runs.start(graph, "run"), {});
    QVERIFY(runs.finishedBytes() <= Runs::mostBytes);
    QVERIFY(runs.finished().size() >= 10 && runs.finished().size() < 30);
    graph.nodes.at(1).params["drawing"] = std::string(Runs::mostBytes + 1, 'x');
    finish(studio, runs.start(graph, "run"), {});
    QCOMPARE(runs.finished().size(), size_t(1)); // the latest, whatever it takes
}

void RunsTest::aRowOfTheQueueShowsTheFile()
{
    FakeStudio studio;
    Runs runs(studio);
    QueuePanel panel(studio, runs);
    finish(studio, runs.start(Graph(), "run"), "/x.png");
    QSignalSpy shown(&panel, &QueuePanel::fileShown);
    emit panel.list().itemActivated(panel.list().item(0));
    QCOMPARE(shown.size(), 1);
    QCOMPARE(shown[0][0].toString(), QString("/x.png"));
}

void RunsTest::historyKeepsWhatItPaints()
{
    HistoryStrip strip;
    for (int i = 0; i < HistoryStrip::maxResults + 50; ++i)
        strip.addNewest(QString("/%1.png").arg(i), picture(300));
    QCOMPARE(strip.count(), HistoryStrip::maxResults);
    const int side = HistoryStrip::keptSide(strip.devicePixelRatioF());
    QCOMPARE(strip.pictureBytes(), qsizetype(HistoryStrip::maxResults) * side * side * 4);
    QVERIFY(strip.pictureBytes() < (16 << 20) * strip.devicePixelRatioF() * strip.devicePixelRatioF());
}

ATHANOR_WINDOW_TEST(RunsTest)
#include "runs_test.moc"
