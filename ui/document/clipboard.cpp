#include "ui/document/clipboard.h"

#include "inference/graph/workflow_json.h"

#include <exception>

namespace athanor {

QMimeData* clipOf(const Graph& nodes)
{
    auto* data = new QMimeData;
    data->setText(QString::fromStdString(writeWorkflow(nodes)));
    return data;
}

std::optional<Graph> clipFrom(const QMimeData* data)
{
    if (!data || !data->hasText())
        return {};
    const QByteArray text = data->text().toUtf8();
    if (!text.trimmed().startsWith('{')) // most text is none, and need not be read
        return {};
    try {
        return readWorkflow({text.constData(), size_t(text.size())}, "the clipboard").graph;
    } catch (const std::exception&) {
        return {};
    }
}

}
