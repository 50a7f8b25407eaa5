#include "ui/canvas/graph_view.h"
#include "ui/inspector/inspector.h"
#include "ui/window/main_window.h"
#include "ui/window/picture_actions.h"

#include <QDockWidget>
#include <QFileInfo>

#include <string>
#include <variant>
#include <vector>

namespace athanor {

namespace {

using Kind = RunEvent::Kind;

// The first file of a model that the graph names.
QString modelOf(const Graph& graph)
{
    for (const auto& [id, node] : graph.nodes) {
        const NodeType* type = findNodeType(node.type);
        for (size_t i = 0; type && i < type->params.size(); ++i) {
            const auto value = node.params.find(std::string(type->params[i].name));
            if (type->params[i].kind == ParamKind::ModelFile && value != node.params.end())
                if (const auto* name = std::get_if<std::string>(&value->second))
                    return QFileInfo(QString::fromStdString(*name)).fileName();
        }
    }
    return {};
}

}

void MainWindow::run()
{
    m_document.closeStep();
    const std::vector<Problem> problems = validate(m_document.graph());
    m_runState.setProblems(problems);
    if (problems.empty()) {
        m_banner->hide();
        for (int i = 0, count = m_bar->batch(); i < count; ++i) {
            const Graph graph = batchGraph(m_document.graph(), i);
            m_ownRuns.insert(m_runs.start(graph,
                count == 1 ? m_fileActions->name()
                           : tr("%1 · %2 of %3").arg(m_fileActions->name()).arg(i + 1).arg(count)));
            m_inspector->setLastRun(graph);
        }
        return;
    }
    const QString first = QString::fromStdString(problems.front().text);
    for (const Problem& problem : problems)
        m_log->add(QString::fromStdString(problem.text), LogPanel::Level::Error);
    m_banner->say(Banner::Kind::Error,
        problems.size() == 1 ? first : tr("%1 (and %n more)", nullptr, int(problems.size()) - 1).arg(first));
}

void MainWindow::take(const RunMessage& message)
{
    const RunEvent& event = message.event;
    if (message.run == 0 || m_ownRuns.contains(message.run)) // others' nodes are not these
        m_runState.apply(message);
    if (event.kind == Kind::Done)
        m_ownRuns.erase(message.run);
    m_log->add(message);
    if (event.kind == Kind::Preview)
        m_viewer->showPreview(message.image, message.scale);
    else if (event.kind == Kind::Saved && !message.image.isNull()) {
        m_viewer->showResult(message.image);
        m_pictures->setShown(QString::fromStdString(event.text));
        m_history->addNewest(QString::fromStdString(event.text), message.image);
    } else if (event.kind == Kind::NodeCached && !event.saved.empty())
        m_pictures->show(QString::fromStdString(event.saved.front()));
}

void MainWindow::captionViewer()
{
    const RunProgress& p = m_runs.progress();
    if (p.run == 0 || p.steps == 0) {
        if (p.run == 0 || p.step == 0)
            m_viewer->setCaption(p.run == 0 ? QString() : p.what, {});
        return;
    }
    QString text = p.steps > 1 ? tr("step %1 of %2").arg(p.step).arg(p.steps) : p.what;
    if (m_preview == PreviewMode::Latent && p.steps > 1)
        text += tr(" · latent colours");
    QString time;
    if (m_runs.isPaused())
        time = tr("paused");
    else if (p.secondsPerStep)
        time = tr("%1/step · %2 left").arg(durationText(*p.secondsPerStep), durationText(*p.secondsLeft));
    m_viewer->setCaption(text, time);
}

void MainWindow::ended(qint64 run)
{
    const FinishedRun& finished = m_runs.finished().front();
    if (finished.run != run || finished.outcome != FinishedRun::Outcome::Failed)
        return;
    m_banner->say(Banner::Kind::Error, finished.problem.isEmpty() ? tr("The run failed.") : finished.problem);
}

void MainWindow::refreshTitle()
{
    const QString state = m_document.isReadOnly() ? tr("read-only")
        : m_document.isModified()                 ? tr("edited")
                                                  : QString();
    m_bar->setDocument(m_fileActions->name(), state);
    setWindowTitle(QStringLiteral("%1[*] – Athanor").arg(m_fileActions->name()));
    setWindowModified(m_document.isModified());
    setWindowFilePath(m_document.file());
    refreshModel();
}

void MainWindow::refreshModel()
{
    m_status->setModel(modelOf(m_document.graph()));
}

}
