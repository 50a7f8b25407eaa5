#include "app/engine/model_scan.h"

#include "app/pictures/image_store.h"
#include "app/pictures/qt_values.h"
#include "inference/weights/byte_source.h"
#include "render/error.h"

#include <QDir>
#include <QImage>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace athanor {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int maxWatched = 500; // folders; the system gives each user some thousands
constexpr int settling = 1000; // ms after a change
constexpr size_t batch = 256;
constexpr auto batchTime = std::chrono::milliseconds(150);

// Filling side × side with what is in the middle; null where it cannot be read, or is far too large for a small
// picture.
QImage smallPicture(const QString& path, int side)
{
    constexpr uint64_t mostPixels = 64 << 20;
    try {
        const PictureInfo info = readPictureInfo(ByteSource(systemPath(path)));
        if (uint64_t(info.width) * info.height > mostPixels)
            return {};
        const QImage picture = toQImage(readImage(systemPath(path)));
        return picture.width() <= side && picture.height() <= side
            ? picture
            : picture.scaled(side, side, Qt::KeepAspectRatioByExpanding, Qt::SmoothTransformation);
    } catch (const std::exception&) {
        return {};
    }
}

}

// What the threads use, which a share that hangs may keep after the scan is gone.
struct ModelScan::Shared {
    struct Known {
        FileStamp stamp;
        ModelEntry entry;
    };
    std::mutex mutex; // of all below
    std::condition_variable ended;
    ModelScan* receiver = nullptr; // null: gone
    int threads = 0;
    std::map<QString, Known> known; // files whose headers were read, by path

    // The call happens on the window's thread.
    template <class Call> void post(Call call)
    {
        const std::lock_guard lock(mutex);
        if (ModelScan* to = receiver)
            QMetaObject::invokeMethod(
                to, [to, call = std::move(call)] { call(*to); }, Qt::QueuedConnection);
    }
    // The same, unless another scan has begun by then.
    template <class Call> void post(int round, Call call)
    {
        post([round, call = std::move(call)](ModelScan& to) {
            if (round == to.m_round)
                call(to);
        });
    }

    ModelEntry read(const ModelEntry& entry)
    {
        FileStamp stamp;
        try {
            stamp = stampOf(entry.path.toStdString());
        } catch (const Error&) { // withHeader says so
        }
        {
            const std::lock_guard lock(mutex);
            const auto found = known.find(entry.path);
            if (entry.bytes > 0 && found != known.end()
                && found->second.stamp == stamp) { // a folder's tells too little
                found->second.entry.picture = entry.picture;
                return found->second.entry;
            }
        }
        ModelEntry read = withHeader(entry);
        const std::lock_guard lock(mutex);
        known[entry.path] = {stamp, read};
        return read;
    }

    void work(int round, const ModelFolder& folder, const std::stop_token& stop)
    {
        std::vector<ModelEntry> all;
        FolderContents contents = findModels(folder, stop, [&](std::vector<ModelEntry> entries) {
            all.insert(all.end(), entries.begin(), entries.end());
            post(round, [entries = std::move(entries)](ModelScan& to) { to.take(entries); });
        });
        std::vector<ModelEntry> done;
        auto told = Clock::now();
        for (const ModelEntry& entry : all) {
            if (stop.stop_requested())
                break;
            done.push_back(read(entry));
            if (done.size() < batch && Clock::now() - told < batchTime)
                continue;
            post(round, [done = std::exchange(done, {})](ModelScan& to) { to.take(done); });
            told = Clock::now();
        }
        post(round, [done = std::move(done), contents = std::move(contents)](ModelScan& to) {
            to.take(done);
            to.end(contents);
        });
    }
};

ModelScan::ModelScan(QObject* parent)
    : ModelSource(parent)
    , m_shared(std::make_shared<Shared>())
{
    m_shared->receiver = this;
    m_pictures.setMaxThreadCount(1);
    m_later.setSingleShot(true);
    m_later.setInterval(settling);
    connect(&m_later, &QTimer::timeout, this, &ModelScan::scan);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, &m_later, QOverload<>::of(&QTimer::start));
}

ModelScan::~ModelScan()
{
    m_stop.request_stop();
    m_pictures.clear();
    m_pictures.waitForDone();
    std::unique_lock lock(m_shared->mutex);
    m_shared->receiver = nullptr;
    m_shared->ended.wait_for(lock, std::chrono::seconds(2), [this] { return m_shared->threads == 0; });
}

void ModelScan::setFolders(std::vector<ModelFolder> folders, const std::string& userFolder)
{
    m_folders = std::move(folders);
    m_userFolder = QString::fromStdString(userFolder);
}

void ModelScan::scan()
{
    m_stop.request_stop();
    m_stop = {};
    ++m_round;
    m_later.stop();
    m_left = int(m_folders.size());
    m_contents = {};
    m_seen.clear();
    emit scanBegan();
    for (const ModelFolder& folder : m_folders)
        start(
            [round = m_round, folder, stop = m_stop.get_token()](Shared& shared) { shared.work(round, folder, stop); });
}

void ModelScan::start(std::function<void(Shared&)> work)
{
    {
        const std::lock_guard lock(m_shared->mutex);
        ++m_shared->threads;
    }
    std::thread([shared = m_shared, work = std::move(work)] {
        work(*shared);
        const std::lock_guard lock(shared->mutex);
        --shared->threads;
        shared->ended.notify_all();
    }).detach();
}

void ModelScan::take(const std::vector<ModelEntry>& entries)
{
    std::vector<ModelEntry> news;
    for (const ModelEntry& entry : entries) {
        m_seen.insert(entry.path);
        ModelEntry& known = m_entries[entry.path];
        if (entry.family == ModelFamily::Unread && known.family != ModelFamily::Unread) {
            known.picture = entry.picture; // its header is read again only where it has changed
            news.push_back(known);
            continue;
        }
        known = entry;
        news.push_back(entry);
    }
    if (!news.empty())
        emit found(news);
}

void ModelScan::end(const FolderContents& contents)
{
    m_contents.folders.insert(m_contents.folders.end(), contents.folders.begin(), contents.folders.end());
    m_contents.skipped += contents.skipped;
    if (--m_left > 0)
        return;
    m_entries.removeIf([this](const auto& entry) { return !m_seen.contains(entry.key()); });
    watch();
    emit scanEnded(m_seen.values(), m_contents.skipped);
}

void ModelScan::watch()
{
    if (!m_watcher.directories().isEmpty())
        m_watcher.removePaths(m_watcher.directories());
    QStringList folders;
    for (const std::string& folder : m_contents.folders)
        if (folders.size() < maxWatched && QDir(QString::fromStdString(folder)).exists())
            folders << QString::fromStdString(folder);
    if (!folders.isEmpty())
        m_watcher.addPaths(folders);
}

std::map<ParamKind, QStringList> ModelScan::names() const
{
    std::map<ParamKind, QStringList> names;
    for (const ModelEntry& entry : m_entries)
        for (const ParamKind kind : takersOf(entry.family))
            names[kind] << entry.name;
    for (auto& [kind, list] : names) {
        list.sort(Qt::CaseInsensitive);
        list.removeDuplicates();
    }
    return names;
}

void ModelScan::readPicture(const QString& path, int side, std::function<void(QImage)> then)
{
    m_pictures.start([this, path, side, then = std::move(then)] {
        const QImage picture = smallPicture(path, side);
        QMetaObject::invokeMethod(
            this, [then, picture] { then(picture); }, Qt::QueuedConnection);
    });
}

void ModelScan::identify(const QString& path, std::function<void(ModelFamily)> then)
{
    start([path, then = std::move(then)](Shared& shared) {
        ModelEntry entry;
        entry.path = path;
        shared.post([then, family = withHeader(entry).family](ModelScan&) { then(family); });
    });
}

}
