#include "inference/weights/torch_checkpoint.h"

#include "inference/weights/pickle.h"
#include "inference/weights/printable.h"
#include "inference/weights/zip_archive.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace athanor {

namespace {

constexpr int maxNesting = 8; // of dictionaries that hold tensors

struct StorageClass {
    std::string_view name;
    StoredType type;
};

constexpr StorageClass storageClasses[] = {
    {"torch.DoubleStorage", StoredType::F64},
    {"torch.FloatStorage", StoredType::F32},
    {"torch.HalfStorage", StoredType::F16},
    {"torch.BFloat16Storage", StoredType::BF16},
    {"torch.LongStorage", StoredType::I64},
    {"torch.IntStorage", StoredType::I32},
    {"torch.ShortStorage", StoredType::I16},
    {"torch.CharStorage", StoredType::I8},
    {"torch.ByteStorage", StoredType::U8},
    {"torch.BoolStorage", StoredType::Bool},
};

// One checkpoint while it is read: the archive's list, the graph of its pickle, and the tensors found so far.
class CheckpointReader {
public:
    CheckpointReader(
        const ByteSource& source, const std::vector<ZipEntry>& entries, std::string folder, const PickleGraph& graph)
        : m_source(source)
        , m_entries(entries)
        , m_folder(std::move(folder))
        , m_graph(graph)
    {
    }

    std::vector<TensorInfo> tensors;
    uint64_t skipped = 0; // values that are no tensors

    void read()
    {
        PickleId from = m_graph.root;
        if (m_graph.kind(from) == PickleKind::Dictionary)
            for (const auto& [key, value] : entriesOf(from))
                if (m_graph.kind(key) == PickleKind::Text && m_graph.text(key) == "state_dict"
                    && m_graph.kind(value) == PickleKind::Dictionary)
                    from = value;
        if (m_graph.kind(from) != PickleKind::Dictionary)
            m_source.refuse("holds " + std::string(pickleKindName(m_graph.kind(from))) + " instead of a state_dict");
        if (from != m_graph.root)
            skipped += entriesOf(m_graph.root).size() - 1;
        walk(from, "", 1);
    }

private:
    [[noreturn]] void refuse(const std::string& name, const std::string& sentence) const
    {
        m_source.refuse("tensor \"" + printable(name) + "\" " + sentence);
    }

    std::vector<std::pair<PickleId, PickleId>> entriesOf(PickleId dictionary) const
    {
        const auto items = m_graph.items(dictionary);
        std::vector<std::pair<PickleId, PickleId>> entries;
        for (size_t i = 0; i + 1 < items.size(); i += 2)
            entries.emplace_back(items[i], items[i + 1]);
        return entries;
    }

    void walk(PickleId dictionary, const std::string& prefix, int level)
    {
        for (const auto& [key, value] : entriesOf(dictionary)) {
            // Shared dictionaries are walked again under each name, so the work is bounded here.
            if (++m_visited > maxPickleNodes)
                m_source.refuse("its dictionaries hold more than " + std::to_string(maxPickleNodes) + " values");
            const PickleKind kind = m_graph.kind(value);
            if (m_graph.kind(key) != PickleKind::Text
                || (kind != PickleKind::Tensor && kind != PickleKind::Dictionary && !isUnreadableTensor(value))) {
                ++skipped;
                continue;
            }
            const std::string name = prefix + std::string(m_graph.text(key));
            if (name.empty() || name.size() > maxTensorNameBytes)
                refuse(name,
                    "has a name of " + std::to_string(name.size()) + " bytes, the limits are 1 and "
                        + std::to_string(maxTensorNameBytes));
            if (kind == PickleKind::Dictionary) {
                if (level == maxNesting)
                    m_source.refuse(
                        "its dictionaries are nested deeper than " + std::to_string(maxNesting) + " levels");
                walk(value, name + ".", level + 1);
                continue;
            }
            if (tensors.size() == maxTensors)
                m_source.refuse("has more than " + std::to_string(maxTensors) + " tensors");
            tensors.push_back(kind == PickleKind::Tensor ? readTensorNode(name, value) : unreadable(name, value));
        }
    }

    // Made by some other function of torch: quantised, sparse, a subclass …
    bool isUnreadableTensor(PickleId value) const { return makerOf(value).starts_with("torch._utils._rebuild_"); }

    std::string makerOf(PickleId value) const
    {
        if (m_graph.kind(value) != PickleKind::Opaque)
            return "";
        const auto items = m_graph.items(value);
        return items.empty() ? "" : m_graph.globalName(items[0]);
    }

    TensorInfo unreadable(const std::string& name, PickleId value) const
    {
        TensorInfo info;
        info.name = name;
        info.problem =
            "is made by " + printable(makerOf(value)) + ", which is never called; convert the file to safetensors";
        return info;
    }

    int64_t wholeNumber(const std::string& name, PickleId id, const char* what) const
    {
        if (m_graph.kind(id) != PickleKind::Integer)
            refuse(name, std::string("has ") + what + " that is " + std::string(pickleKindName(m_graph.kind(id))));
        const int64_t value = m_graph.integer(id);
        if (value < 0)
            refuse(name, std::string("has ") + what + " of " + std::to_string(value));
        return value;
    }

    std::vector<int64_t> wholeNumbers(const std::string& name, PickleId id, const char* what) const
    {
        if (m_graph.kind(id) != PickleKind::Tuple)
            refuse(name, std::string("has ") + what + " that is " + std::string(pickleKindName(m_graph.kind(id))));
        std::vector<int64_t> numbers;
        for (const PickleId item : m_graph.items(id, maxTensorRank + 1)) {
            if (numbers.size() == maxTensorRank)
                refuse(name, "has more than " + std::to_string(maxTensorRank) + " dimensions");
            numbers.push_back(wholeNumber(name, item, what));
        }
        return numbers;
    }

    // A storage: the archive entry that holds it, which must be exactly as long as the pickle says.
    struct Storage {
        StoredType type;
        const ZipEntry* entry;
        uint64_t elements;
    };

    // The persistent id is ("storage", class, key, device, elements).
    Storage storage(const std::string& name, PickleId id) const
    {
        if (m_graph.kind(id) != PickleKind::Persistent)
            refuse(name, "has no storage but " + std::string(pickleKindName(m_graph.kind(id))));
        const PickleId tuple = m_graph.items(id)[0];
        const auto items = m_graph.kind(tuple) == PickleKind::Tuple ? m_graph.items(tuple, 6) : std::vector<PickleId>();
        if (items.size() != 5 || m_graph.kind(items[0]) != PickleKind::Text || m_graph.text(items[0]) != "storage"
            || m_graph.kind(items[2]) != PickleKind::Text)
            refuse(name, "has a damaged storage");
        const std::string className = m_graph.globalName(items[1]);
        const auto* row = std::ranges::find(storageClasses, className, &StorageClass::name);
        if (row == std::end(storageClasses))
            refuse(name, "has a storage of the unknown class " + printable(className, 80));
        const uint64_t elements = uint64_t(wholeNumber(name, items[4], "a storage size"));
        const std::string path = m_folder + "data/" + std::string(m_graph.text(items[2]));
        const ZipEntry* entry = findZipEntry(m_entries, path);
        if (!entry)
            refuse(name, "has its data in " + printable(path) + ", which is not in the archive");
        if (uint64_t wanted = 0;
            __builtin_mul_overflow(elements, storedTypeBytes(row->type), &wanted) || wanted != entry->bytes)
            refuse(name,
                "needs a storage of " + std::to_string(elements) + " " + std::string(storedTypeName(row->type))
                    + " elements, the archive holds " + std::to_string(entry->bytes) + " bytes for it");
        return {row->type, entry, elements};
    }

    // Arguments: storage, offset, sizes, strides, then what training needs.
    TensorInfo readTensorNode(const std::string& name, PickleId id) const
    {
        const auto arguments = m_graph.items(m_graph.items(id)[0], 4);
        if (arguments.size() < 4)
            refuse(name, "is rebuilt from " + std::to_string(arguments.size()) + " values instead of 6");
        const Storage from = storage(name, arguments[0]);
        const uint64_t offset = uint64_t(wholeNumber(name, arguments[1], "an offset"));
        TensorInfo info;
        info.name = name;
        info.type = from.type;
        info.shape = wholeNumbers(name, arguments[2], "a size");
        const auto strides = wholeNumbers(name, arguments[3], "a stride");
        const auto count = elementCount(info.shape);
        if (!count || strides.size() != info.shape.size())
            refuse(name, "has an impossible shape " + shapeText(info.shape) + " with strides " + shapeText(strides));
        checkStrides(info, strides, offset, from.elements);
        const uint64_t width = storedTypeBytes(from.type);
        info.offset = from.entry->offset + offset * width; // within the entry, as checkStrides saw
        info.bytes = uint64_t(*count) * width;
        return info;
    }

    // Every element must lie in the storage, and no two in one place (stride 0). Transposed tensors are not read.
    void checkStrides(TensorInfo& info, const std::vector<int64_t>& strides, uint64_t offset, uint64_t elements) const
    {
        const int64_t count = *elementCount(info.shape);
        uint64_t last = offset;
        int64_t dense = 1;
        bool isDense = true;
        for (size_t i = info.shape.size(); i-- > 0;) {
            uint64_t reach = 0;
            if (info.shape[i] <= 1)
                continue;
            if (strides[i] == 0)
                refuse(info.name, "repeats its elements (stride 0)");
            if (__builtin_mul_overflow(uint64_t(info.shape[i] - 1), uint64_t(strides[i]), &reach)
                || __builtin_add_overflow(last, reach, &last))
                refuse(info.name, "has impossible strides " + shapeText(strides));
            isDense &= strides[i] == dense;
            dense *= info.shape[i]; // at most the element count, which does not overflow
        }
        if (offset > elements || (count > 0 && last >= elements))
            refuse(info.name,
                "of shape " + shapeText(info.shape) + " at offset " + std::to_string(offset)
                    + " goes beyond its storage of " + std::to_string(elements) + " elements");
        if (count > 0 && !isDense)
            info.problem =
                "is stored with strides " + shapeText(strides) + " (transposed); save it again with contiguous()";
    }

    const ByteSource& m_source;
    const std::vector<ZipEntry>& m_entries;
    const std::string m_folder; // in the archive, with a slash at the end
    const PickleGraph& m_graph;
    uint64_t m_visited = 0;
};

// The archive's folder, from its one data.pkl.
std::string checkpointFolder(const ByteSource& source, const std::vector<ZipEntry>& entries)
{
    std::vector<std::string> folders;
    for (const ZipEntry& entry : entries)
        if (entry.name == "data.pkl" || entry.name.ends_with("/data.pkl"))
            folders.push_back(entry.name.substr(0, entry.name.size() - 8));
    if (folders.empty())
        source.refuse("is a zip archive without a data.pkl, not a PyTorch checkpoint");
    // The first of a TorchScript archive's two pickles is beside its program.
    for (const std::string& folder : folders)
        for (const ZipEntry& entry : entries)
            if (entry.name == folder + "constants.pkl" || entry.name.starts_with(folder + "code/"))
                source.refuse(
                    "is a TorchScript program, not a list of weights; use a safetensors version of this model");
    for (const ZipEntry& entry : entries)
        if (entry.compressed)
            source.refuse(
                "the zip entry " + printable(entry.name) + " is compressed; PyTorch stores entries as they are");
    if (folders.size() > 1)
        source.refuse("has " + std::to_string(folders.size()) + " data.pkl; a PyTorch checkpoint has one");
    return folders[0];
}

std::string readText(const ByteSource& source, const ZipEntry& entry)
{
    std::string text(entry.bytes, '\0');
    source.read(entry.offset, std::as_writable_bytes(std::span(text)));
    return text;
}

}

TensorFile readTorchCheckpoint(std::shared_ptr<const ByteSource> source)
{
    const auto entries = readZipDirectory(*source);
    const std::string folder = checkpointFolder(*source, entries);
    if (const ZipEntry* order = findZipEntry(entries, folder + "byteorder");
        order && (order->bytes != 6 || readText(*source, *order) != "little"))
        source->refuse("was saved on a machine with another byte order; convert it to safetensors");
    const ZipEntry& pickle = *findZipEntry(entries, folder + "data.pkl");
    if (pickle.bytes > maxPickleBytes)
        source->refuse("its data.pkl has " + std::to_string(pickle.bytes) + " bytes, the limit is "
            + std::to_string(maxPickleBytes));
    const std::string text = readText(*source, pickle);
    const PickleGraph graph = readPickle(source->path(), text);
    CheckpointReader reader(*source, entries, folder, graph);
    reader.read();
    if (reader.tensors.empty())
        source->refuse("holds no tensors");

    TensorFile file;
    file.format = "PyTorch checkpoint";
    file.tensors = std::move(reader.tensors);
    sortByName(*source, file.tensors);
    if (reader.skipped > 0)
        file.warnings.push_back(std::to_string(reader.skipped) + " values that are not tensors were skipped");
    file.source = std::move(source);
    return file;
}

}
