#include "ui/canvas/canvas_drop.h"

#include "inference/graph/param_check.h"
#include "ui/canvas/graph_view.h"
#include "ui/canvas/node_search.h"
#include "ui/common/model_source.h"
#include "ui/document/labels.h"

#include <QDir>
#include <QFileInfo>
#include <QPointer>
#include <QUrl>
#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace athanor {

namespace {

const QString loaderFormat = QStringLiteral("application/x-athanor-loader");

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

using Takes = std::function<bool(const Param&)>;

// Of several the first that names none yet.
const Param* fileParam(const NodeType* type, const Takes& takes, const Node* node = nullptr)
{
    const Param* first = nullptr;
    if (!type)
        return first;
    for (const Param& param : type->params) {
        if (!takes(param))
            continue;
        first = first ? first : &param;
        const auto* file = node ? std::get_if<std::string>(&paramOf(*node, param)) : nullptr;
        if (file && file->empty())
            return &param;
    }
    return first;
}

// On the node there if it takes the file, else as a new node of the type.
void put(GraphView& view, const std::string& file, const Takes& takes, std::string_view newType, QPointF at,
    bool onNode = true)
{
    GraphDocument& document = view.document();
    const Hit hit = view.graphScene().hitAt(at, 0);
    const auto under = document.body().nodes.find(onNode && hit.what == Hit::What::Node ? hit.id : 0);
    const NodeType* type = under == document.body().nodes.end() ? nullptr : findNodeType(under->second.type);
    if (const Param* param = type ? fileParam(type, takes, &under->second) : nullptr) {
        document.tryEdit(GraphView::tr("Change file"),
            [&] { return withParam(document.body(), under->first, std::string(param->name), file); });
        return document.select({hit.id});
    }
    type = findNodeType(newType);
    const Param* param = fileParam(type, takes);
    if (!param)
        return;
    const int64_t id = document.body().nextId;
    const bool done = document.tryEdit(GraphView::tr("Add %1").arg(nodeText(type->title)),
        [&] { return withParam(withNode(document.body(), *type, at, {}), id, std::string(param->name), file); });
    if (done)
        document.select({id});
}

using Kinds = std::vector<ParamKind>;

Takes takesAnyOf(const Kinds& kinds)
{
    return [kinds](const Param& param) { return std::ranges::find(kinds, param.kind) != kinds.end(); };
}

// One that no node takes becomes a checkpoint, whose node says what it is instead.
void putModel(GraphView& view, const QString& path, QPointF at, ModelFamily family)
{
    const QString loader = loaderOf(family).type;
    if (!loader.isEmpty())
        return put(view, path.toStdString(), takesAnyOf(takersOf(family)), loader.toStdString(), at);
    const auto takesModel = [](const Param& param) {
        const auto file = rowOf(param.kind).file;
        return file && *file != FileKind::Image;
    };
    put(view, path.toStdString(), takesModel, "load_checkpoint", at);
}

struct DroppedModel {
    QString path;
    QPointF at;
};

// One after the other, as it becomes known what each is.
void putModels(GraphView& view, std::vector<DroppedModel> models, size_t next = 0)
{
    if (next == models.size())
        return;
    const DroppedModel model = models[next];
    const auto go = [canvas = QPointer(&view), models = std::move(models), next](ModelFamily family) {
        if (!canvas)
            return;
        putModel(*canvas, models[next].path, models[next].at, family);
        putModels(*canvas, models, next + 1);
    };
    if (ModelSource* source = view.modelSource())
        source->identify(model.path, go);
    else
        go(ModelFamily::Unread);
}

}

QMimeData* mimeOf(const LoaderNode& loader, const QString& path)
{
    auto* data = new QMimeData;
    data->setUrls({QUrl::fromLocalFile(path)});
    data->setData(loaderFormat, QStringList{loader.type, loader.param, loader.file}.join(QChar(0)).toUtf8());
    return data;
}

void putLoader(GraphView& view, const LoaderNode& loader, QPointF at, bool onNode)
{
    const NodeType* type = findNodeType(loader.type.toStdString());
    const Param* own = type ? findParam(*type, loader.param.toStdString()) : nullptr;
    if (own)
        put(
            view, loader.file.toStdString(), [own](const Param& param) { return param.kind == own->kind; }, type->id,
            at, onNode);
}

bool canDrop(const QMimeData& data)
{
    return data.hasFormat(loaderFormat) || (data.hasUrls() && !usable(data).isEmpty());
}

bool dropFiles(GraphView& view, const QMimeData& data, QPointF at, bool opens)
{
    if (data.hasFormat(loaderFormat)) {
        const QStringList parts = QString::fromUtf8(data.data(loaderFormat)).split(QChar(0));
        if (parts.size() != 3)
            return false;
        putLoader(view, {parts[0], parts[1], parts[2]}, at, true);
        view.setFocus();
        return true;
    }
    constexpr double below = 160; // canvas units between several
    const QStringList paths = usable(data);
    std::vector<DroppedModel> models;
    for (const QString& path : paths) {
        const What what = whatIs(path);
        if (what == What::Workflow || (opens && what == What::Picture)) {
            emit view.openRequested(path);
            return true;
        }
        if (what == What::Model)
            models.push_back({path, at});
        else
            put(view, path.toStdString(), takesAnyOf({ParamKind::ImageFile}), "load_image", at);
        at.ry() += below;
    }
    putModels(view, std::move(models));
    if (!paths.isEmpty())
        view.setFocus();
    return !paths.isEmpty();
}

}
