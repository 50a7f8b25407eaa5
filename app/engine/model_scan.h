// Looks through the folders of models on threads of its own, one a folder, so that a share that hangs delays no other;
// and again when something changes there.
#pragma once
#include "app/engine/model_list.h"
#include "inference/graph/node_type.h"

#include <QFileSystemWatcher>
#include <QHash>
#include <QSet>
#include <QThreadPool>
#include <QTimer>

#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace athanor {

class ModelScan : public ModelSource {
    Q_OBJECT
public:
    // The first folder not shipped is the user's.
    explicit ModelScan(QObject* parent = nullptr);
    ~ModelScan() override; // stops; waits two seconds at most

    // Does not scan yet. The user's folder is one of them.
    void setFolders(std::vector<ModelFolder> folders, const std::string& userFolder);
    void scan() override;
    bool isScanning() const override { return m_left > 0; }
    QString userFolder() const override { return m_userFolder; }
    void readPicture(const QString& path, int side, std::function<void(QImage)> then) override;
    void identify(const QString& path, std::function<void(ModelFamily)> then) override;

    // Names that parameters may have, sorted, by the kind of parameter that takes them.
    std::map<ParamKind, QStringList> names() const;

private:
    struct Shared; // with the threads
    void start(std::function<void(Shared&)> work); // on a thread of its own
    void take(const std::vector<ModelEntry>& entries);
    void end(const FolderContents& contents);
    void watch();

    std::vector<ModelFolder> m_folders;
    QString m_userFolder;
    std::shared_ptr<Shared> m_shared;
    std::stop_source m_stop; // of the scan in progress
    int m_round = 0, m_left = 0; // folders still to come
    FolderContents m_contents; // of this scan
    QHash<QString, ModelEntry> m_entries; // by path
    QSet<QString> m_seen; // in this scan
    QFileSystemWatcher m_watcher;
    QTimer m_later; // after a change, until things have settled
    QThreadPool m_pictures;
};

}
