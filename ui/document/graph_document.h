// The workflow that is open: one Graph, every change of which can be undone, and what the user looks at in it. Widgets
// read it and listen; they never keep a graph of their own.
#pragma once
#include "inference/graph/graph_edit.h"
#include "inference/graph/graph_links.h"

#include <QObject>
#include <QUndoStack>

#include <functional>
#include <map>

namespace athanor {

class GraphDocument : public QObject {
    Q_OBJECT
public:
    explicit GraphDocument(QObject* parent = nullptr);

    const Graph& graph() const { return m_graph; } // the whole
    const NodePath& path() const { return m_path; } // of the subgraph in view; empty: the whole
    const Graph& body() const; // what is in view
    // Of the whole or of a body in it, made once; good until the next change.
    const Links& links(const Graph& body) const;
    // Shows another subgraph, or the whole; nothing is selected then. A path that is not there: the whole.
    void enter(const NodePath& path);

    // Replaces what is in view, as one step that "Undo <text>" takes back. Steps with the same key that follow each
    // other without a pause (mergeTime) and without closeStep() are one: a slider's moves. Of a key that begins with
    // "drag " pauses do not count. An unchanged graph is no step. False, with refused() told, if the document is
    // read-only or the change not possible.
    bool edit(const QString& text, Graph body, const QString& key = {});
    bool editWhole(const QString& text, Graph graph, const QString& key = {});
    // The same for an edit that may throw Error: its text goes to refused().
    bool tryEdit(const QString& text, const std::function<Graph()>& body, const QString& key = {});
    void closeStep() { m_key.clear(); }
    static constexpr int mergeTime = 1000; // ms
    QUndoStack& undoStack() { return m_undo; }
    // What the steps keep; beyond the limit the oldest can no longer be undone.
    size_t undoBytes() const { return m_undoBytes; }
    static constexpr size_t mostUndoBytes = 256 << 20;

    // Ids of nodes, groups and comments in view; those that are gone are dropped.
    const Ids& selection() const { return m_selection; }
    void select(const Ids& ids);

    // Asks who can for a view of its own for a parameter: a drawing's, a pose's.
    void openEditor(const ParamPlace& place) { emit editorWanted(place); }

    // Another workflow in place of this one, without a way back. `modified`: there is something to save already.
    void reset(Graph graph, const QString& file = {}, bool readOnly = false, bool modified = false);
    const QString& file() const { return m_file; } // path; empty: not saved yet
    void setSaved(const QString& file);
    void setLost(); // its file is gone, so that there is something to save
    // What tells the file that was read or written from what others make of it later; empty: not known.
    const QString& fileState() const { return m_fileState; }
    void setFileState(const QString& state) { m_fileState = state; }
    bool isModified() const { return m_neverSaved || !m_undo.isClean(); }
    bool isReadOnly() const { return m_readOnly; }

signals:
    void graphChanged(); // any of it; also after enter and reset
    void pathChanged();
    void selectionChanged();
    void fileChanged(); // name, modified or read-only
    void wasReset();
    void editorWanted(const athanor::ParamPlace& place);
    void refused(const QString& why); // one sentence

private:
    class Step;
    void show(Graph graph);
    void keep(Graph graph);
    void forgetOldest();
    void dropWhatIsGone();

    Graph m_graph;
    mutable std::map<const Graph*, Links> m_links; // by body
    Graph m_stepStart; // before the last step, which others may be merged with
    NodePath m_path;
    Ids m_selection;
    size_t m_undoBytes = 0; // outlives the steps, which count themselves
    QUndoStack m_undo;
    QString m_key, m_file, m_fileState;
    qint64 m_editedAt = 0; // ms
    bool m_readOnly = false, m_neverSaved = false;
};

}
