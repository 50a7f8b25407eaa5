#include "app/run_host.h"

#include "app/image_store.h"
#include "app/model_hash.h"
#include "app/new_file.h"
#include "inference/pipeline/file_name.h"
#include "inference/pipeline/output_name.h"
#include "inference/pipeline/run_plan.h"
#include "inference/pipeline/workflow_json.h"
#include "inference/program.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
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
    const bool anyPath = m_options.anyPath || m_options.chosen.contains(name);
    std::error_code error;
    if (anyPath && fs::exists(name, error))
        return name;
    if (leadsOut(name) && !anyPath)
        throw Error(ErrorKind::BadArgument,
            inQuotes(name, 200) + " " + fileNameProblem(name)
                + ", so it may lie outside the folders of models and pictures; choose it yourself to allow it");
    for (const std::string& folder : kind == FileKind::Image ? m_options.imageFolders : m_options.modelFolders)
        if (const std::string path = folder + '/' + name; !leadsOut(name) && fs::exists(path, error))
            return path;
    throw Error(ErrorKind::FileMissing, printable(name, 1'000) + ": there is no such file");
}

std::string AppRunHost::modelsFolder()
{
    return m_options.modelFolders.empty() ? "" : m_options.modelFolders.front();
}

// A folder's stamp covers every file in it.
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
    }
    std::string text = fs::absolute(path).lexically_normal().string();
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
    std::vector<float> transparency;
    ReadImage read;
    read.image = athanor::readImage(path, &transparency, &read.warnings);
    if (!transparency.empty())
        read.mask = std::make_shared<const Mask>(Mask{read.image.width, read.image.height, std::move(transparency)});
    return read;
}

std::string AppRunHost::saveImage(const SaveImage& save)
{
    if (!m_options.outFile.empty())
        return saveReplacing(save);
    if (const std::string problem = namePatternProblem(save.name); !problem.empty())
        throw Error(ErrorKind::BadArgument, "name \"" + printable(save.name) + "\" " + problem);
    const std::string ending(pictureEnding(save.encoding.format));
    constexpr size_t numberBytes = 9;
    const std::string name =
        expandedName(save.name, save.info, ending.size() + numberBytes + nameSuffix.size()) + nameSuffix;
    const std::string bytes = encoded(save, save.encoding);
    const auto lock = m_options.writing ? m_options.writing() : std::unique_lock<std::timed_mutex>();
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

void AppRunHost::begin(const Graph& graph)
{
    m_workflow = writeWorkflow(portable(graph));
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
                if (param && fileKind(param->kind) && path && leadsOut(*path))
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
