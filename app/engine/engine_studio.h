// The studio with an engine behind it: what its thread tells comes up as signals on the window's thread.
#pragma once
#include "app/engine/engine.h"
#include "app/engine/run_host.h"
#include "inference/text/clip_tokenizer.h"
#include "ui/common/studio.h"

#include <QThreadPool>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace athanor {

class EngineStudio : public Studio {
    Q_OBJECT
public:
    // Starts nothing yet: the engine comes with the first run. `openFiles` says for each run which files it may open.
    EngineStudio(HostOptions options, std::function<OpenFiles()> openFiles, QObject* parent = nullptr);
    ~EngineStudio() override; // cancels what is left and waits

    qint64 run(const Graph& graph, const QString& title) override;
    void cancel(qint64 run) override;
    void move(qint64 run, int place) override;
    void setPaused(bool paused) override;
    void setPreview(PreviewMode mode) override { m_preview = mode; }
    std::vector<QueueEntry> queue() const override;
    TokenCount countTokens(const QString& text, const QString& model) override;
    QStringList files(ParamKind kind) const override;

    // For the runs after those that are queued now.
    void setOptions(HostOptions options);
    void setDecodeEvery(int steps) { m_decodeEvery = std::max(1, steps); }
    // Looks for devices and pictures in the background.
    void lookAround();
    void setModelNames(const std::map<ParamKind, QStringList>& names); // what parameters may name

private:
    void startEngine();
    void onEvent(RunId run, const RunEvent& event);
    void onDone(RunId run, const RunSummary& summary);
    // On the engine's thread.
    QImage pictureOf(const RunEvent& event) const;
    PreviewMode wantedPreview(int done, int total) const;
    void waitWhilePaused(RunId run);
    void tellMemory();
    template <class Call> void post(Call call); // on the window's thread

    HostOptions m_options;
    bool m_optionsChanged = false;
    const std::function<OpenFiles()> m_openFiles;
    std::map<QString, std::shared_ptr<const ClipTokenizer>> m_tokenizers; // by model; null: on its way
    std::map<ParamKind, QStringList> m_files;

    std::atomic<PreviewMode> m_preview = PreviewMode::Latent;
    std::atomic<int> m_decodeEvery = 5;
    std::chrono::steady_clock::time_point m_memoryTold; // on the engine's thread
    std::mutex m_mutex; // of the three below
    std::condition_variable m_changed;
    bool m_paused = false;
    std::set<RunId> m_cancelled;

    AppRunHost* m_host = nullptr; // the engine's
    std::unique_ptr<Engine> m_engine; // these two last, so that their threads end first
    QThreadPool m_pool;
};

}
