#include "ui/document/graph_document.h"

#include "inference/pipeline/subgraph.h"

#include <QDateTime>
#include <QUndoCommand>
#include <exception>

namespace athanor {

// Both graphs share what did not change only as far as their strings do; a graph is small beside a picture.
class GraphDocument::Step : public QUndoCommand {
public:
    Step(GraphDocument& document, const QString& text, Graph before, Graph after, bool merges)
        : QUndoCommand(text)
        , m_document(document)
        , m_before(std::move(before))
        , m_after(std::move(after))
        , m_merges(merges)
    {
    }

    void undo() override { m_document.show(m_before); }
    void redo() override { m_document.show(m_after); }
    int id() const override { return 1; }

    bool mergeWith(const QUndoCommand* next) override
    {
        const auto* step = static_cast<const Step*>(next);
        if (!step->m_merges)
            return false;
        m_after = step->m_after;
        setObsolete(m_after == m_before);
        return true;
    }

private:
    GraphDocument& m_document;
    Graph m_before, m_after;
    bool m_merges; // with the step before
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
    if (graph == m_graph)
        return true;
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    const bool goesOn = key.startsWith(QLatin1String("drag ")) || now - m_editedAt <= mergeTime;
    const bool merges = !key.isEmpty() && key == m_key && goesOn && !m_undo.isClean();
    m_key = key;
    m_editedAt = now;
    m_undo.push(new Step(*this, text, m_graph, std::move(graph), merges));
    return true;
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
    m_graph = std::move(graph);
    m_file = file;
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

void GraphDocument::show(const Graph& graph)
{
    m_graph = graph;
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
