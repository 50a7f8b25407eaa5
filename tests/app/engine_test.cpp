// The queue of runs, with a host whose pictures come when the test says so.
#include "app/engine/engine.h"

#include "inference/graph/graph_edit.h"
#include "tests/support/fake_run_host.h"
#include "tests/support/test_program.h"

#include <QTest>

#include <atomic>
#include <filesystem>
#include <functional>
#include <new>
#include <system_error>

using namespace athanor;

namespace {

struct SlowHost : FakeRunHost {
    std::atomic<int>& waiting;
    std::atomic<bool>& open;
    SlowHost(std::atomic<int>& waits, std::atomic<bool>& opens)
        : waiting(waits)
        , open(opens)
    {
        for (const char* name : {"a.png", "b.png", "c.png", "d.png"})
            stamps[name] = name;
    }
    ReadImage readImage(const std::string&) override
    {
        ++waiting;
        open.wait(false);
        return {{1, 1, {1, 2, 3}}, {}, {}};
    }
};

struct ThrowingHost : FakeRunHost {
    std::function<void()> action = [] {};
    ThrowingHost() { stamps["a.png"] = "a.png"; }
    void begin(const RunRequest&) override { action(); }
    ReadImage readImage(const std::string&) override { return {{1, 1, {1, 2, 3}}, {}, {}}; }
};

Graph readAndSave(const std::string& file)
{
    Graph graph;
    const NodeId load = addNode(graph, makeNode(*findNodeType("load_image")));
    const NodeId save = addNode(graph, makeNode(*findNodeType("save_image")));
    graph.nodes[load].params["file"] = file;
    graph.nodes[save].params["name"] = file;
    return connected(graph, {load, "image"}, {save, "image"});
}

std::string titles(const std::vector<QueuedRun>& runs)
{
    std::string text;
    for (const QueuedRun& run : runs)
        text += run.title + (run.running ? "* " : " ");
    return text;
}

}

class EngineTest : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        m_waiting = 0;
        m_open = false;
        m_done.clear();
        m_queued = 0;
    }

    void runsInTheOrderOfTheQueue()
    {
        Engine engine(std::make_unique<SlowHost>(m_waiting, m_open), 1 << 20, callbacks());
        for (const char* name : {"a.png", "b.png", "c.png", "d.png"})
            engine.add({readAndSave(name)}, name);
        QCOMPARE(m_queued.load(), 4);
        QTRY_COMPARE(m_waiting.load(), 1);
        QCOMPARE(titles(engine.queue()), std::string("a.png* b.png c.png d.png "));
        QVERIFY(engine.move(4, 0));
        QVERIFY(engine.move(2, 99));
        QVERIFY(!engine.move(1, 0)); // it runs
        QVERIFY(!engine.move(77, 0));
        QCOMPARE(titles(engine.queue()), std::string("a.png* d.png c.png b.png "));
        QVERIFY(engine.cancel(3));
        QVERIFY(!engine.cancel(77));
        release();
        engine.waitUntilIdle();
        QCOMPARE(m_done, (std::vector<std::string>{"1 a.png.png", "4 d.png.png", "3 cancelled", "2 b.png.png"}));
        QVERIFY(engine.queue().empty());
        engine.add({readAndSave("a.png")}, "again");
        engine.waitUntilIdle();
        QCOMPARE(m_done.back(), std::string("5 a.png.png"));
        QCOMPARE(m_waiting.load(), 3); // read once each
    }

    void listsNoRunThatIsToldToHaveEnded()
    {
        Engine* theEngine = nullptr;
        std::vector<std::string> queues;
        Engine engine(std::make_unique<SlowHost>(m_waiting, m_open), 0,
            {.onDone = [&](RunId, const RunSummary&) { queues.push_back(titles(theEngine->queue())); }});
        theEngine = &engine;
        for (const char* name : {"a.png", "b.png"})
            engine.add({readAndSave(name)}, name);
        QTRY_COMPARE(m_waiting.load(), 1);
        release();
        engine.waitUntilIdle();
        QCOMPARE(queues, (std::vector<std::string>{"b.png ", ""}));
    }

    void endsWhileRunsAreWaiting()
    {
        {
            Engine engine(std::make_unique<SlowHost>(m_waiting, m_open), 0, callbacks());
            for (int i = 0; i < 3; ++i)
                engine.add({readAndSave("a.png")});
            QTRY_COMPARE(m_waiting.load(), 1);
            engine.cancelAll();
            release();
        }
        QCOMPARE(m_done, (std::vector<std::string>{"1 cancelled", "2 cancelled", "3 cancelled"}));
    }

    void survivesWhatItsHostAndCallbacksThrow_data()
    {
        QTest::addColumn<int>("place");
        QTest::addColumn<int>("what");
        QTest::addColumn<int>("code");
        for (int place = 0; place < 3; ++place) {
            QTest::addRow("%d: a file system's error", place) << place << 0 << 1;
            QTest::addRow("%d: no memory", place) << place << 1 << 6;
            QTest::addRow("%d: no thread", place) << place << 2 << 6;
            QTest::addRow("%d: our own", place) << place << 3 << 7;
        }
    }

    void survivesWhatItsHostAndCallbacksThrow()
    {
        QFETCH(int, place);
        QFETCH(int, what);
        QFETCH(int, code);
        bool throws = true; // the next run goes well
        auto host = std::make_unique<ThrowingHost>();
        host->action = [&] { throwIf(throws && place == 0, what); };
        std::vector<int> told;
        std::vector<RunSummary> done;
        Engine engine(std::move(host), 0,
            {.onBegin = [&](RunId) { throwIf(throws && place == 1, what); },
                .onEvent =
                    [&](RunId, const RunEvent& event) {
                        if (event.kind == RunEvent::Kind::Problem)
                            told.push_back(event.code);
                        throwIf(throws && place == 2 && event.kind == RunEvent::Kind::NodeStarted, what);
                    },
                .onDone = [&](RunId, const RunSummary& summary) { done.push_back(summary); }});
        engine.add({readAndSave("a.png")});
        engine.waitUntilIdle();
        QCOMPARE(told, std::vector<int>{code});
        QCOMPARE(done.size(), size_t(1));
        QCOMPARE(done[0].problems.size(), size_t(1));
        QCOMPARE(done[0].problems[0].code, code);
        QVERIFY(!done[0].problems[0].text.empty());
        throws = false;
        engine.add({readAndSave("a.png")});
        engine.waitUntilIdle();
        QVERIFY(done.at(1).problems.empty());
    }

    void tellsWhatKeptARunFromTellingItsEnd()
    {
        Engine engine(std::make_unique<ThrowingHost>(), 0,
            {.onDone = [](RunId, const RunSummary&) { throw Error(ErrorKind::CannotWrite, "nobody listens"); }});
        engine.add({readAndSave("a.png")});
        QVERIFY_THROWS_EXCEPTION(Error, engine.waitUntilIdle());
        engine.waitUntilIdle(); // told once
    }

private:
    static void throwIf(bool now, int what)
    {
        if (!now)
            return;
        if (what == 0)
            throw std::filesystem::filesystem_error("gone", std::make_error_code(std::errc::no_such_file_or_directory));
        if (what == 1)
            throw std::bad_alloc();
        if (what == 2)
            throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
        throw Error(ErrorKind::CannotWrite, "disk full");
    }

    EngineCallbacks callbacks()
    {
        return {.onEvent = [this](RunId,
                               const RunEvent& event) { m_queued += event.kind == RunEvent::Kind::Queued ? 1 : 0; },
            .onDone =
                [this](RunId run, const RunSummary& summary) {
                    const std::string result = summary.cancelled ? "cancelled"
                        : summary.saved.empty()                  ? "nothing"
                                                                 : summary.saved.front();
                    m_done.push_back(std::to_string(run) + ' ' + result);
                }};
    }
    void release()
    {
        m_open = true;
        m_open.notify_all();
    }

    std::atomic<int> m_waiting = 0, m_queued = 0;
    std::atomic<bool> m_open = false;
    std::vector<std::string> m_done; // read when the engine is idle or gone
};

ATHANOR_TEST(EngineTest)
#include "engine_test.moc"
