#include "app/engine/run_host.h"

#include "app/engine/model_hash.h"
#include "app/files/file_search.h"
#include "app/files/folders.h"
#include "app/files/new_file.h"
#include "app/pictures/image_store.h"
#include "inference/graph/file_name.h"
#include "inference/graph/node_type.h"
#include "inference/graph/workflow_json.h"
#include "inference/program.h"
#include "inference/run/output_name.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <system_error>
#include <variant>

namespace athanor {

namespace fs = std::filesystem;

namespace {

constexpr uint64_t modelBudget = uint64_t(8) << 30; // of weights that nothing uses; the device's own limit comes first
constexpr size_t maxStampedFiles = 10'000;

bool leadsOut(const std::string& name)
{
    return !fileNameProblem(name).empty();
}

void requireGoodPattern(const std::string& name)
{
    if (const std::string problem = namePatternProblem(name); !problem.empty())
        throw Error(ErrorKind::BadArgument, "name \"" + printable(name) + "\" " + problem);
}

void addStamp(std::string& text, const std::string& path)
{
    const FileStamp s = stampOf(path);
    for (const int64_t number : {int64_t(s.device), int64_t(s.inode), int64_t(s.size), s.seconds, s.nanoseconds})
        text += '\n' + std::to_string(number);
}

}

AppRunHost::AppRunHost(HostOptions options)
    : m_options(std::move(options))
    , m_journal{m_options.outFile.empty() ? m_options.cacheFolder : "", m_options.outFolder}
    , m_models(modelBudget)
{
}

Gpu& AppRunHost::gpu()
{
    if (m_gpu)
        return *m_gpu;
    m_gpu = std::make_unique<Gpu>(m_options.gpu);
    const DeviceInfo& info = m_gpu->info();
    if (info.type == "CPU" && m_options.onNote)
        m_options.onNote(
            "running on the CPU, because " + info.name + " is a software device; a graphics card is far faster");
    return *m_gpu;
}

DType AppRunHost::precision()
{
    const bool halves = gpu().info().features.storage16;
    if (m_options.precision == DType::F16 && !halves)
        throw Error(ErrorKind::Device, gpu().info().name + " cannot store 16-bit floats; use --precision fp32");
    return m_options.precision.value_or(halves ? DType::F16 : DType::F32);
}

std::string AppRunHost::resolve(FileKind kind, const std::string& name)
{
    const bool anyPath = m_files.anyPath || m_files.chosen.contains(name);
    std::error_code error;
    const bool isHere = (anyPath || (m_files.fromHere && !leadsOut(name))) && fs::exists(name, error);
    if (isHere && isFileOf(kind, name))
        return name;
    if (leadsOut(name) && !anyPath) {
        if (const std::string path = insideFolders(kind, name); !path.empty())
            return path;
        throw Error(ErrorKind::BadArgument,
            inQuotes(name, 200) + " " + fileNameProblem(name)
                + ", so it may lie outside the folders of models and pictures; choose it yourself to allow it: in the "
                  "window, or by --models or --set");
    }
    if (const std::string path = leadsOut(name) ? "" : fileIn(folders(kind), kind, name); !path.empty())
        return path;
    if (isHere) // its reader says what is wrong
        return name;
    throw Error(ErrorKind::FileMissing, missingFileText(folders(kind), kind, name));
}

// The path of a name that leads out of a folder, if it leads into one of the kind's; else empty. As it reads, without
// what ".." would do behind a link.
std::string AppRunHost::insideFolders(FileKind kind, const std::string& name) const
{
    const fs::path path = absolutePath(name);
    std::error_code error;
    for (const std::string& folder : folders(kind)) {
        const fs::path inside = path.lexically_relative(absolutePath(folder));
        if (!inside.empty() && *inside.begin() != ".." && inside != "." && fs::exists(path, error))
            return path.string();
    }
    return {};
}

const std::vector<std::string>& AppRunHost::folders(FileKind kind) const
{
    return kind == FileKind::Image ? m_files.imageFolders : m_options.modelFolders;
}

std::string AppRunHost::modelsFolder()
{
    return m_options.modelFolders.empty() ? "" : m_options.modelFolders.front();
}

// A folder's stamp covers every file in it, a file's also what is read beside it (model_yaml.h, a lone part's
// config.json).
std::string AppRunHost::stamp(const std::string& path)
{
    std::error_code error;
    std::vector<std::string> files;
    if (fs::is_directory(path, error)) {
        for (fs::recursive_directory_iterator it(path, error), end; it != end && !error; it.increment(error))
            if (it->is_regular_file(error) && files.size() < maxStampedFiles)
                files.push_back(it->path().string());
        std::ranges::sort(files);
    } else {
        files.push_back(path);
        for (const fs::path& beside :
            {fs::path(path).replace_extension(".yaml"), fs::path(path).replace_filename("config.json")})
            if (fs::is_regular_file(beside, error))
                files.push_back(beside.string());
    }
    std::string text = absolutePath(path);
    for (const std::string& file : files)
        addStamp(text += '\n' + file, file);
    return text;
}

std::string AppRunHost::modelHash(const std::string& path, std::stop_token stop)
{
    return athanor::modelHash(openModel(path), m_options.cacheFolder, stop);
}

ReadImage AppRunHost::readImage(const std::string& path)
{
    ReadImage read;
    read.image = athanor::readImage(path, &read.alpha, &read.warnings);
    return read;
}

std::optional<PictureSize> AppRunHost::pictureSize(const std::string& path)
{
    const PictureInfo info = readPictureInfo(ByteSource(path));
    PictureSize size{info.width, info.height, info.colours.ends_with("alpha")};
    if (info.orientation >= 5) // on its side
        std::swap(size.width, size.height);
    return size;
}

void AppRunHost::requireSaveable(const std::optional<std::string>& name)
{
    if (!m_options.outFile.empty())
        return requireWritable(m_options.outFile);
    if (name)
        requireGoodPattern(*name);
    const std::string folders = fixedFolders(name.value_or(""));
    for (const std::string& folder : {std::string(), folders})
        removeDraftsOnce(m_options.outFolder + '/' + folder);
    requireNewFile({m_options.outFolder, folders + "athanor", ".png"});
}

void AppRunHost::removeDraftsOnce(const std::string& folder)
{
    if (m_tidied.insert(folder).second)
        removeDrafts(folder);
}

std::string AppRunHost::saveImage(const SaveImage& save)
{
    if (!m_options.outFile.empty())
        return saveReplacing(save);
    requireGoodPattern(save.name);
    const std::string ending(pictureEnding(save.encoding.format));
    constexpr size_t numberBytes = 9;
    Infotext info = save.info; // the size is that of the picture itself
    std::erase_if(info.fields, [](const auto& field) { return field.first == "Size"; });
    info.fields.emplace_back("Size", std::to_string(save.image.width) + 'x' + std::to_string(save.image.height));
    const std::string name =
        expandedName(save.name, info, ending.size() + numberBytes + m_nameSuffix.size()) + m_nameSuffix;
    const std::string bytes = encoded(save, save.encoding);
    const auto lock = m_options.writing ? m_options.writing() : std::unique_lock<std::timed_mutex>();
    removeDraftsOnce(m_options.outFolder + '/' + name.substr(0, name.rfind('/') + 1));
    int& number = m_lastNumbers[name + ending];
    const WrittenFile written = writeNewFile({m_options.outFolder, name, ending, number + 1}, bytes);
    number = written.number;
    return written.path;
}

// The file's ending tells the format, whatever the workflow says.
std::string AppRunHost::saveReplacing(const SaveImage& save)
{
    const std::string path = batchPath(m_options.outFile, m_replaced++);
    const std::string bytes = encoded(save, {formatByEnding(path).value_or(PictureFormat::Png), save.encoding.quality});
    const auto lock = m_options.writing ? m_options.writing() : std::unique_lock<std::timed_mutex>();
    writeWhole(path, bytes);
    return path;
}

std::string AppRunHost::encoded(const SaveImage& save, const PictureEncoding& encoding) const
{
    std::vector<std::string> warnings;
    const PictureTexts texts{save.info.fields.empty() ? "" : writeInfotext(save.info), m_workflow};
    std::string bytes = encodePicture(save.image, listed(texts), encoding, warnings);
    for (const std::string& warning : warnings)
        if (m_options.onNote)
            m_options.onNote(warning);
    return bytes;
}

PreviewMode AppRunHost::wantedPreview(int done, int total)
{
    return m_options.wantedPreview ? m_options.wantedPreview(done, total) : PreviewMode::Off;
}

void AppRunHost::begin(const RunRequest& run)
{
    m_files = run.files;
    m_nameSuffix = run.nameSuffix;
    m_workflow = writeWorkflow(portable(run.graph));
}

std::string AppRunHost::environment()
{
    const char* precision = !m_options.precision ? "best" : *m_options.precision == DType::F16 ? "fp16" : "fp32";
    return std::string(programVersion()) + '\n' + precision + '\n' + m_options.gpu.device;
}

std::vector<std::string> AppRunHost::savedBefore(const std::string& fingerprint)
{
    return m_journal.find(fingerprint);
}

void AppRunHost::rememberSaved(const std::string& fingerprint, const std::vector<std::string>& paths)
{
    m_journal.remember(fingerprint, paths);
}

Graph portable(Graph graph)
{
    std::vector<Graph*> open{&graph};
    while (!open.empty()) {
        Graph& inner = *open.back();
        open.pop_back();
        for (auto& [id, node] : inner.nodes) {
            const NodeType* type = findNodeType(node.type);
            for (auto& [name, value] : node.params) {
                const Param* param = type ? findParam(*type, name) : nullptr;
                auto* path = std::get_if<std::string>(&value);
                if (param && rowOf(param->kind).file && path && leadsOut(*path))
                    *path = (fs::path(*path + '/').lexically_normal().parent_path().filename()).string();
            }
            if (!node.subgraph)
                continue;
            auto subgraph = std::make_shared<Subgraph>(*node.subgraph);
            auto body = std::make_shared<Graph>(*subgraph->body);
            subgraph->body = body;
            node.subgraph = subgraph;
            open.push_back(body.get());
        }
    }
    return graph;
}

}
