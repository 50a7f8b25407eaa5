// Keeps what is not saved yet where a later start finds it if this one ends badly.
#pragma once
#include "ui/common/held_file.h"
#include "ui/common/window_files.h"
#include "ui/document/graph_document.h"

#include <QDateTime>
#include <QTimer>

#include <memory>
#include <optional>

namespace athanor {

// Left by a program that ended badly.
struct Recovered {
    QString kept; // path of the copy
    QString file; // what it was a copy of; empty: never saved
    QString state; // of that file, as it was when the copy was made
    QDateTime when;
    std::shared_ptr<HeldFile> held; // so that no other start offers it meanwhile; null: nobody ever held it
};

class Autosave : public QObject {
    Q_OBJECT
public:
    // Copies go to the folder, which is made, under a name that no other has.
    Autosave(GraphDocument& document, WindowFiles files, const QString& folder);
    ~Autosave() override; // takes the copy away, unless the process is told to keep it

    // The newest copy that no running program holds.
    std::optional<Recovered> find() const;
    void forget(const Recovered& copy); // takes it away
    void writeNow();
    void keep() { m_keeps = true; } // at the end too: what is open has not been asked about
    QDateTime keptAt() const { return m_keptAt; }
    QString copyPath() const; // where the copy goes
    static constexpr int delay = 10'000; // ms after the first change that is not kept yet

signals:
    void kept(const QDateTime& when); // invalid: there is nothing to keep
    void failed(const QString& why);

private:
    void schedule();
    void removeOwn();

    GraphDocument& m_document;
    const WindowFiles m_files;
    const QString m_folder, m_name;
    std::unique_ptr<HeldFile> m_held;
    QTimer m_timer;
    QDateTime m_keptAt;
    bool m_keeps = false;
};

}
