#include "ui/document/graph_document.h"

#include "inference/graph/graph_change.h"
#include "inference/graph/subgraph.h"
#include "inference/graph/workflow_json.h"

#include <QDateTime>
#include <QUndoCommand>
#include <cstdint>
#include <exception>
#include <optional>
#include <vector>

namespace athanor {

class GraphDocument::Step : public QUndoCommand {
public:
    Step(GraphDocument& document, const QString& text, GraphChange change, Graph after, bool merges)
        : QUndoCommand(text)
        , m_document(document)
        , m_change(std::move(change))
        , m_first(std::move(after))
        , m_merges(merges)
    {
        m_bytes = m_change.bytes() + sizeof(Step);
        m_document.m_undoBytes += m_bytes;
    }
    ~Step() override { m_document.m_undoBytes -= m_bytes; }

    void undo() override
    {
        if (m_forgotten) {
            setObsolete(true);
            emit m_document.refused(tr("Earlier changes were let go to save memory and cannot be undone."));
            return;
        }
        Graph graph = m_document.m_graph;
        m_change.undo(graph);
        m_document.show(std::move(graph));
    }

    void redo() override
    {
        Graph graph = m_first ? std::move(*m_first) : m_document.m_graph;
        if (!m_first)
            m_change.redo(graph);
        m_first.reset();
        m_document.show(std::move(graph));
    }

    int id() const override { return 1; }

    bool mergeWith(const QUndoCommand* next) override
    {
        const auto* step = static_cast<const Step*>(next);
        if (!step->m_merges)
            return false;
        setChange(step->m_change); // from where this one began
        setObsolete(m_change.isEmpty());
        return true;
    }

    void forget()
    {
        setChange({});
        m_forgotten = true;
    }

private:
    void setChange(GraphChange change)
    {
        m_document.m_undoBytes -= m_bytes;
        m_change = std::move(change);
        m_bytes = m_change.bytes() + sizeof(Step);
        m_document.m_undoBytes += m_bytes;
    }

    GraphDocument& m_document;
    GraphChange m_change;
    std::optional<Graph> m_first; // until it is done for the first time
    size_t m_bytes = 0;
    bool m_merges, m_forgotten = false; // merges with the step before
};

GraphDocument::GraphDocument(QObject* parent)
    : QObject(parent)
{
    connect(&m_undo, &QUndoStack::cleanChanged, this, &GraphDocument::fileChanged);
    connect(&m_undo, &QUndoStack::indexChanged, this, [this] {
        if (!m_undo.canRedo())
            return;
        closeStep(); // an edit after an undo is a step of its own
    });
}

const Graph& GraphDocument::body() const
{
    const Graph* body = bodyAt(m_graph, m_path);
    return body ? *body : m_graph;
}

const Links& GraphDocument::links(const Graph& body) const
{
    return m_links.try_emplace(&body, body).first->second;
}

void GraphDocument::keep(Graph graph)
{
    m_links.clear(); // which refer to the graph before
    m_graph = std::move(graph);
}

void GraphDocument::enter(const NodePath& path)
{
    const NodePath shown = bodyAt(m_graph, path) ? path : NodePath();
    if (shown == m_path)
        return;
    m_path = shown;
    closeStep();
    select({});
    emit pathChanged();
    emit graphChanged();
}

bool GraphDocument::edit(const QString& text, Graph body, const QString& key)
{
    if (m_path.empty())
        return editWhole(text, std::move(body), key);
    try {
        return editWhole(text, withBody(m_graph, m_path, std::move(body)), key);
    } catch (const std::exception& error) {
        emit refused(QString::fromStdString(error.what()));
        return false;
    }
}

bool GraphDocument::editWhole(const QString& text, Graph graph, const QString& key)
{
    if (m_readOnly) {
        emit refused(tr("This workflow is of a newer version and can only be looked at. Save it under another name to "
                        "change it."));
        return false;
    }
    for (const std::vector<ParamPlace>* places : {&graph.form, &graph.freshSeeds})
        if (places->size() > maxPlaces) { // which no file holds
            emit refused(tr("Forms and lists of fresh seeds hold at most %1 parameters, these would be %2.")
                             .arg(maxPlaces)
                             .arg(places->size()));
            return false;
        }
    if (graph == m_graph)
        return true;
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    const bool goesOn = key.startsWith(QLatin1String("drag ")) || now - m_editedAt <= mergeTime;
    const bool merges = !key.isEmpty() && key == m_key && goesOn && !m_undo.isClean();
    m_key = key;
    m_editedAt = now;
    if (!merges)
        m_stepStart = m_graph;
    GraphChange change(m_stepStart, graph);
    m_undo.push(new Step(*this, text, std::move(change), std::move(graph), merges));
    forgetOldest();
    return true;
}

void GraphDocument::forgetOldest()
{
    for (int i = 0; m_undoBytes > mostUndoBytes && i + 1 < m_undo.index(); ++i)
        static_cast<Step*>(const_cast<QUndoCommand*>(m_undo.command(i)))->forget();
}

bool GraphDocument::tryEdit(const QString& text, const std::function<Graph()>& body, const QString& key)
{
    try {
        return edit(text, body(), key);
    } catch (const std::exception& error) {
        emit refused(QString::fromStdString(error.what()));
        return false;
    }
}

void GraphDocument::select(const Ids& ids)
{
    if (ids == m_selection)
        return;
    m_selection = ids;
    dropWhatIsGone();
    emit selectionChanged();
}

void GraphDocument::reset(Graph graph, const QString& file, bool readOnly, bool modified)
{
    m_path.clear();
    m_selection.clear();
    keep(std::move(graph));
    m_file = file;
    m_fileState.clear();
    m_readOnly = readOnly;
    m_neverSaved = modified;
    closeStep();
    m_undo.clear();
    emit wasReset();
    emit pathChanged();
    emit graphChanged();
    emit selectionChanged();
    emit fileChanged();
}

void GraphDocument::setSaved(const QString& file)
{
    m_file = file;
    m_neverSaved = m_readOnly = false;
    m_undo.setClean();
    closeStep();
    emit fileChanged();
}

void GraphDocument::setLost()
{
    m_neverSaved = true;
    emit fileChanged();
}

void GraphDocument::show(Graph graph)
{
    keep(std::move(graph));
    const bool gone = !bodyAt(m_graph, m_path);
    if (gone)
        m_path.clear();
    const Ids before = m_selection;
    dropWhatIsGone();
    if (gone)
        emit pathChanged();
    emit graphChanged();
    if (m_selection != before)
        emit selectionChanged();
}

void GraphDocument::dropWhatIsGone()
{
    const Graph& shown = body();
    std::erase_if(m_selection, [&](int64_t id) {
        return !shown.nodes.contains(id) && !shown.groups.contains(id) && !shown.comments.contains(id);
    });
}

}
