#include "app/engine/engine_studio.h"

#include "app/engine/model_list.h"
#include "app/engine/node_times.h"
#include "app/engine/token_count.h"
#include "app/files/folders.h"
#include "app/pictures/image_store.h"
#include "app/pictures/qt_values.h"
#include "render/error.h"

#include <QCoreApplication>

#include <algorithm>
#include <exception>

namespace athanor {

namespace {

using Kind = RunEvent::Kind;

constexpr int previewSide = 512;
constexpr int latentScale = 8; // pixels a side of one of a latent's

QImage thumbnail(const QImage& picture)
{
    if (picture.width() <= previewSide && picture.height() <= previewSide)
        return picture;
    return picture.scaled(previewSide, previewSide, Qt::KeepAspectRatio, Qt::SmoothTransformation);
}

QImage savedPicture(const std::string& path)
{
    try {
        return toQImage(readImage(path));
    } catch (const Error&) { // gone again
        return {};
    }
}

DeviceStatus statusOf(const DeviceInfo& device)
{
    DeviceStatus status;
    status.name = QString::fromStdString(device.name);
    status.total = device.memoryBytes;
    return status;
}

DeviceStatus findDevice(const std::string& choice)
{
    DeviceStatus status;
    try {
        status = statusOf(chooseDevice(Instance().devices(), choice));
    } catch (...) {
        status.problem = QString::fromStdString(asError(std::current_exception()).what());
    }
    return status;
}

}

EngineStudio::EngineStudio(HostOptions options, std::function<OpenFiles()> openFiles, QObject* parent)
    : Studio(parent)
    , m_options(std::move(options))
    , m_openFiles(std::move(openFiles))
{
}

EngineStudio::~EngineStudio()
{
    if (!m_engine)
        return;
    m_engine->cancelAll();
    setPaused(false);
    try {
        m_engine->waitUntilIdle();
    } catch (const std::exception&) { // there is no window to tell it any more
    }
    keepNodeTimes(cacheFolder(), m_engine->nodeTimes());
}

template <class Call> void EngineStudio::post(Call call)
{
    QMetaObject::invokeMethod(this, std::move(call), Qt::QueuedConnection);
}

void EngineStudio::startEngine()
{
    if (m_engine && m_optionsChanged && m_engine->queue().empty()) {
        m_engine.reset();
        QCoreApplication::sendPostedEvents(this); // what it told last, before the next counts its runs anew
    }
    if (m_engine)
        return;
    m_optionsChanged = false;
    HostOptions options = m_options;
    options.onNote = [this](const std::string& text) {
        RunMessage note;
        note.event.kind = Kind::Warning;
        note.event.text = text;
        post([this, note] { emit message(note); });
    };
    options.wantedPreview = [this](int done, int total) { return wantedPreview(done, total); };
    auto host = std::make_unique<AppRunHost>(std::move(options));
    m_host = host.get();
    m_engine = std::make_unique<Engine>(std::move(host), defaultResultBudget(),
        EngineCallbacks{[this](RunId) { post([this] { emit queueChanged(); }); },
            [this](RunId run, const RunEvent& event) { onEvent(run, event); },
            [this](RunId run, const RunSummary& summary) { onDone(run, summary); }});
    m_engine->nodeTimes() = readNodeTimes(cacheFolder());
}

qint64 EngineStudio::run(const Graph& graph, const QString& title)
{
    startEngine();
    const RunId run = m_engine->add({graph, m_openFiles()}, title.toStdString());
    emit queueChanged();
    return run;
}

void EngineStudio::cancel(qint64 run)
{
    if (!m_engine || !m_engine->cancel(run))
        return;
    const std::lock_guard lock(m_mutex);
    m_cancelled.insert(run);
    m_changed.notify_all();
}

void EngineStudio::move(qint64 run, int place)
{
    if (m_engine && m_engine->move(run, size_t(std::max(0, place))))
        emit queueChanged();
}

std::vector<QueueEntry> EngineStudio::queue() const
{
    std::vector<QueueEntry> queue;
    for (const QueuedRun& run : m_engine ? m_engine->queue() : std::vector<QueuedRun>())
        queue.push_back({run.id, QString::fromStdString(run.title), run.running});
    return queue;
}

void EngineStudio::setPaused(bool paused)
{
    const std::lock_guard lock(m_mutex);
    m_paused = paused;
    m_changed.notify_all();
}

void EngineStudio::setOptions(HostOptions options)
{
    m_options = std::move(options);
    m_optionsChanged = true;
    lookAround();
}

void EngineStudio::onEvent(RunId run, const RunEvent& event)
{
    if (event.kind == Kind::Queued || event.kind == Kind::Done) // told when added; with the summary
        return;
    RunMessage message{run, event, pictureOf(event)};
    if (event.preview == PreviewMode::Latent)
        message.scale = latentScale;
    message.event.picture.reset();
    post([this, message] { emit this->message(message); });
    if (event.kind == Kind::NodeDone || event.kind == Kind::Progress)
        tellMemory();
    if (event.kind == Kind::Progress)
        waitWhilePaused(run);
}

void EngineStudio::onDone(RunId run, const RunSummary& summary)
{
    RunMessage message{run, {}, {}};
    RunEvent& event = message.event;
    event.kind = Kind::Done;
    event.share = 1;
    event.seconds = summary.seconds;
    event.done = summary.executed;
    event.total = summary.executed + summary.cached;
    event.saved = summary.saved;
    if (summary.cancelled)
        event.code = int(ErrorKind::Cancelled);
    else if (!summary.problems.empty())
        event.code = summary.problems.front().code;
    {
        const std::lock_guard lock(m_mutex);
        m_cancelled.erase(run);
    }
    post([this, message] {
        emit this->message(message);
        emit queueChanged();
    });
}

QImage EngineStudio::pictureOf(const RunEvent& event) const
{
    if (event.kind == Kind::NodeCached && !event.saved.empty())
        return thumbnail(savedPicture(event.saved.front()));
    if (!event.picture)
        return {};
    const QImage picture = toQImage(*event.picture);
    return event.kind == Kind::NodeDone || event.kind == Kind::NodeCached ? thumbnail(picture) : picture;
}

PreviewMode EngineStudio::wantedPreview(int done, int total) const
{
    const PreviewMode mode = m_preview;
    const bool isDue = done % m_decodeEvery == 0 || done == total;
    return mode == PreviewMode::Decoded && !isDue ? PreviewMode::Off : mode;
}

void EngineStudio::waitWhilePaused(RunId run)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [&] { return !m_paused || m_cancelled.contains(run); });
}

void EngineStudio::tellMemory()
{
    constexpr auto pause = std::chrono::milliseconds(250);
    const auto now = std::chrono::steady_clock::now();
    Gpu* gpu = m_host->gpuInUse();
    if (!gpu || now - m_memoryTold < pause)
        return;
    m_memoryTold = now;
    DeviceStatus status = statusOf(gpu->info());
    for (const MemoryUse use : {MemoryUse::Weights, MemoryUse::Activations, MemoryUse::Staging})
        status.used += gpu->memory().statistics(use).allocatedBytes;
    status.precision = m_host->precision() == DType::F16 ? QStringLiteral("fp16") : QStringLiteral("fp32");
    post([this, status] { emit deviceChanged(status); });
}

void EngineStudio::lookAround()
{
    m_pool.start([this, options = m_options] {
        const DeviceStatus status = findDevice(options.gpu.device);
        const QStringList pictures = listPictures(inputFolders());
        post([this, status, pictures] {
            m_files[ParamKind::ImageFile] = pictures;
            emit deviceChanged(status);
            emit filesChanged();
        });
    });
}

void EngineStudio::setModelNames(const std::map<ParamKind, QStringList>& names)
{
    std::erase_if(m_files, [](const auto& entry) { return rowOf(entry.first).file != FileKind::Image; });
    m_files.insert(names.begin(), names.end());
    emit filesChanged();
}

TokenCount EngineStudio::countTokens(const QString& text, const QString& model)
{
    const auto known = m_tokenizers.find(model);
    if (known != m_tokenizers.end())
        return known->second ? athanor::countTokens(*known->second, text) : TokenCount();
    m_tokenizers[model] = nullptr;
    m_pool.start([this, model, options = m_options] {
        std::string path = model.toStdString();
        try {
            path = AppRunHost(options).resolve(FileKind::Model, path);
        } catch (const std::exception&) { // then the usual one
        }
        const auto tokenizer = std::make_shared<const ClipTokenizer>(tokenizerOf(path));
        post([this, model, tokenizer] {
            m_tokenizers[model] = tokenizer;
            emit tokensChanged();
        });
    });
    return {};
}

QStringList EngineStudio::files(ParamKind kind) const
{
    const auto found = m_files.find(kind);
    return found == m_files.end() ? QStringList() : found->second;
}

}
