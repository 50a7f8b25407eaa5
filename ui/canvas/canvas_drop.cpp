#include "ui/canvas/canvas_drop.h"

#include "ui/canvas/graph_view.h"
#include "ui/canvas/node_search.h"
#include "ui/document/labels.h"

#include <QDir>
#include <QFileInfo>
#include <QUrl>
#include <algorithm>

namespace athanor {

namespace {

enum class What : uint8_t { Other, Picture, Model, Workflow };

What whatIs(const QString& path)
{
    const QFileInfo file(path);
    const QString suffix = file.suffix().toLower();
    if (QStringList{"png", "jpg", "jpeg", "webp", "bmp"}.contains(suffix))
        return What::Picture;
    if (QStringList{"safetensors", "ckpt", "pt", "pth", "bin"}.contains(suffix))
        return What::Model;
    if (suffix == "json")
        return What::Workflow;
    return file.isDir() && file.dir().exists(file.fileName() + "/model_index.json") ? What::Model : What::Other;
}

QStringList usable(const QMimeData& data)
{
    QStringList paths;
    for (const QUrl& url : data.urls())
        if (url.isLocalFile() && whatIs(url.toLocalFile()) != What::Other)
            paths << url.toLocalFile();
    return paths;
}

bool takes(const Param& param, What what)
{
    if (what == What::Picture)
        return param.kind == ParamKind::ImageFile;
    return param.kind == ParamKind::ModelFile || param.kind == ParamKind::VaeFile
        || param.kind == ParamKind::ControlNetFile;
}

const Param* fileParam(const NodeType* type, What what)
{
    if (!type)
        return nullptr;
    const auto it = std::ranges::find_if(type->params, [&](const Param& param) { return takes(param, what); });
    return it == type->params.end() ? nullptr : &*it;
}

void put(GraphView& view, const QString& path, What what, QPointF at)
{
    GraphDocument& document = view.document();
    const std::string file = path.toStdString();
    const Hit hit = view.graphScene().hitAt(at, 0);
    const auto under = document.body().nodes.find(hit.what == Hit::What::Node ? hit.id : 0);
    const NodeType* type = under == document.body().nodes.end() ? nullptr : findNodeType(under->second.type);
    if (const Param* param = fileParam(type, what)) {
        document.tryEdit(GraphView::tr("Change file"),
            [&] { return withParam(document.body(), under->first, std::string(param->name), file); });
        return document.select({hit.id});
    }
    type = findNodeType(what == What::Picture ? "load_image" : "load_checkpoint");
    const Param* param = fileParam(type, what);
    if (!param)
        return;
    const int64_t id = document.body().nextId;
    const bool done = document.tryEdit(GraphView::tr("Add %1").arg(toText(type->title)),
        [&] { return withParam(withNode(document.body(), *type, at, {}), id, std::string(param->name), file); });
    if (done)
        document.select({id});
}

}

bool canDrop(const QMimeData& data)
{
    return data.hasUrls() && !usable(data).isEmpty();
}

bool dropFiles(GraphView& view, const QMimeData& data, QPointF at, bool opens)
{
    constexpr double below = 160; // canvas units between several
    const QStringList paths = usable(data);
    for (const QString& path : paths) {
        const What what = whatIs(path);
        if (what == What::Workflow || (opens && what == What::Picture)) {
            emit view.openRequested(path);
            return true;
        }
        put(view, path, what, at);
        at.ry() += below;
    }
    if (!paths.isEmpty())
        view.setFocus();
    return !paths.isEmpty();
}

}
