// What holds for every node type that does something, whoever wrote it: it runs, and each parameter changes what it
// gives. The whole table is walked, so a new node is tested by being there.
#include "inference/graph/param_check.h"
#include "inference/preprocess/drawing.h"
#include "inference/preprocess/starter_estimators.h"
#include "tests/support/device_run_host.h"
#include "tests/support/node_type_rows.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"
#include "tests/support/value_digest.h"

#include <QTest>

using namespace athanor;

namespace {

// Whether a value is what an output of the type promises; a list is, if its values are.
bool isOf(PortType type, const Value& value)
{
    if (const auto* list = std::get_if<Shared<ValueList>>(&value))
        return std::ranges::all_of((*list)->values, [&](const Value& v) { return isOf(type, v); });
    const auto holds = [&]<class T>(const T*) {
        const auto* pointer = std::get_if<Shared<T>>(&value);
        return pointer && *pointer;
    };
    switch (type) {
    case PortType::Any:
        return value.index() != 0;
    case PortType::ControlNet:
        return holds(static_cast<const ControlNetValue*>(nullptr));
    case PortType::Model:
        return holds(static_cast<const ModelValue*>(nullptr));
    case PortType::TextEncoder:
        return holds(static_cast<const TextEncoderValue*>(nullptr));
    case PortType::Vae:
        return holds(static_cast<const VaeValue*>(nullptr));
    case PortType::Conditioning:
        return holds(static_cast<const ConditioningValue*>(nullptr));
    case PortType::Latent:
        return holds(static_cast<const LatentValue*>(nullptr));
    case PortType::Image:
        return holds(static_cast<const ImageValue*>(nullptr));
    case PortType::Mask:
        return holds(static_cast<const Mask*>(nullptr));
    case PortType::ControlMap:
        return holds(static_cast<const ControlMapValue*>(nullptr));
    case PortType::Int:
        return std::holds_alternative<int64_t>(value);
    case PortType::Float:
        return std::holds_alternative<double>(value);
    case PortType::Bool:
        return std::holds_alternative<bool>(value);
    case PortType::Seed:
        return std::holds_alternative<uint64_t>(value) || std::holds_alternative<int64_t>(value);
    case PortType::Sampler:
    case PortType::Schedule:
    case PortType::Text:
        return std::holds_alternative<std::string>(value);
    }
    return false;
}

// A body of which one point is doubtful, a hand and a point of a face, on a canvas that is large enough for wide limbs.
std::string poseText(int x)
{
    std::string body, hand;
    for (int i = 0; i < 18; ++i)
        body +=
            (i ? "," : "") + std::to_string(x + i % 5 * 40) + "," + std::to_string(i * 20) + (i == 4 ? ",0.12" : ",1");
    for (int i = 0; i < 21; ++i)
        hand += (i ? "," : "") + std::to_string(300 + i * 5) + "," + std::to_string(300 + i * i % 50) + ",1";
    return R"({"canvas_width":512,"canvas_height":512,"people":[{"pose_keypoints_2d":[)" + body
        + R"(],"hand_left_keypoints_2d":[)" + hand + R"(],"face_keypoints_2d":[400,100,1]}]})";
}

// Parameters with which a node's others can be seen to act, where its defaults are not enough.
const std::map<std::string_view, Params> usefulParams{
    {"draw_pose", {{"pose", poseText(100)}}},
    {"pose", {{"resolution", int64_t(512)}}}, // wide limbs begin at 500 pixels
    {"load_text_encoder",
        {{"file", testDataPath("tiny_sd3_clip_l.safetensors")},
            {"second_file", testDataPath("tiny_sd3_clip_g.safetensors")},
            {"third_file", testDataPath("tiny_sd3_t5.safetensors")}}},
    {"encode_prompt", {{"text", std::string("[a] (red:1.4) house")}}},
    {"encode_prompt_xl", {{"text", std::string("[a] (red:1.4) house")}}},
    {"scribble", {{"from", std::string("soft_edges")}}},
    {"normal", {{"from", std::string("depth_map")}}},
    {"sample", {{"steps", int64_t(4)}, {"sampler", std::string("ddim")}, {"strength", 0.75}, {"end_step", int64_t(2)}}},
    {"decode_latent", {{"tiling", std::string("on")}, {"tile", int64_t(128)}, {"overlap", int64_t(32)}}},
    {"encode_image", {{"tiling", std::string("on")}, {"tile", int64_t(128)}, {"overlap", int64_t(32)}}},
    {"inpaint_conditioning", {{"tiling", std::string("on")}, {"tile", int64_t(128)}, {"overlap", int64_t(32)}}},
    {"save_image", {{"format", std::string("jpeg")}}},
    {"resize_image", {{"width", int64_t(96)}, {"height", int64_t(40)}}},
    {"scale_latent", {{"width", int64_t(128)}, {"height", int64_t(128)}}},
    {"crop_image", {{"width", int64_t(32)}, {"height", int64_t(32)}}},
    {"pad_image",
        {{"left", int64_t(8)}, {"top", int64_t(8)}, {"right", int64_t(8)}, {"bottom", int64_t(8)},
            {"feathering", int64_t(8)}}},
};

// Where the neighbouring value would not do, or needs others to act: "node.param" → what to set.
const std::map<std::string, Params> usefulChanges{
    {"load_text_encoder.file", {{"file", testDataPath("tiny_sd3_clip_g.safetensors")}, {"second_file", std::string()}}},
    {"load_text_encoder.family", {{"third_file", std::string()}, {"family", std::string("sd3")}}},
    {"canny.low", {{"low", int64_t(20)}, {"high", int64_t(220)}}},
    {"canny.high", {{"high", int64_t(255)}}},
    {"draw_pose.pose", {{"pose", poseText(120)}}},
    {"lineart_standard.threshold", {{"threshold", int64_t(60)}}},
    {"scribble_xdog.threshold", {{"threshold", int64_t(60)}}},
    {"sample.sampler", {{"sampler", std::string("heun")}}}, // euler is ddim
    {"sample.strength", {{"strength", 0.5}}},
    {"sample.eta", {{"eta", 1.0}}},
    {"decode_latent.tile", {{"tile", int64_t(192)}}},
    {"encode_image.tile", {{"tile", int64_t(192)}}},
    {"inpaint_conditioning.tile", {{"tile", int64_t(192)}}},
    {"resize_image.factor", {{"width", int64_t(0)}, {"height", int64_t(0)}, {"factor", 1.5}}},
    {"apply_controlnet.curve", {{"curve", std::string("1, 0.5")}}},
    {"apply_controlnet.block_weights", {{"block_weights", std::string("1 1 1 1 1 1 1 1 1 1 1 1 0")}}},
    {"scale_latent.factor", {{"width", int64_t(0)}, {"height", int64_t(0)}, {"factor", 1.5}}},
};

// A neighbouring value: the next one up, else the one below.
ParamValue neighbour(const Param& param, const ParamValue& now)
{
    switch (param.kind) {
    case ParamKind::Bool:
        return !std::get<bool>(now);
    case ParamKind::Int: {
        const int64_t value = std::get<int64_t>(now), step = int64_t(param.step);
        return value + step <= int64_t(param.highest) ? value + step : value - step;
    }
    case ParamKind::Float: {
        const double value = std::get<double>(now);
        return value + param.step <= param.highest ? value + param.step : value - param.step;
    }
    case ParamKind::Seed:
        return uint64_t(1) << 63 | 1; // torch takes the lower half
    case ParamKind::Choice:
        return std::string(param.choices[param.choices.front() == std::get<std::string>(now) ? 1 : 0]);
    case ParamKind::ModelFile:
    case ParamKind::DiffusionModelFile:
    case ParamKind::VaeFile:
        return testDataPath("tiny_b.ckpt");
    case ParamKind::ControlNetFile:
        return testDataPath("control_b");
    case ParamKind::UpscalerFile:
        return sourcePath("resources/models/starter/upscaler/athanor_x2.safetensors");
    case ParamKind::LoraFile:
        return testDataPath("lora_diffusers.safetensors");
    case ParamKind::TextEncoderFile: // the others are enough
        return std::string();
    case ParamKind::ImageFile:
        return std::string("b.png");
    case ParamKind::Drawing: {
        std::string text = std::get<std::string>(now);
        appendStroke(text, {{}, {{800, 800}, {1600, 2400}}});
        return text;
    }
    default:
        return std::get<std::string>(now) + " tree";
    }
}

// Every shade, dark lines and edges of every strength: to the right the contrast of testPicture fades to an eighth.
RgbImage fadingPicture(int width, int height)
{
    RgbImage image = testPicture(width, height);
    for (size_t i = 0; i < image.pixels.size(); ++i) {
        const int x = int(i / 3) % width;
        image.pixels[i] = uint8_t(x % 32 < 3 ? 0 : image.pixels[i] / (1 + 7 * x / width));
    }
    return image;
}

// Other values that the parameter may have, beside the others as they are: a near one, and the ends of its range.
std::vector<ParamValue> others(const NodeType& type, const Param& param, const Params& now)
{
    const ParamValue& value = now.at(std::string(param.name));
    std::vector<ParamValue> all{neighbour(param, value)};
    for (const double end : {param.highest, param.lowest}) {
        if (param.kind == ParamKind::Int)
            all.emplace_back(int64_t(end));
        if (param.kind == ParamKind::Float)
            all.emplace_back(end);
    }
    std::erase_if(all, [&](const ParamValue& other) {
        Node node;
        node.params = {now.begin(), now.end()};
        node.params[std::string(param.name)] = other;
        return other == value || (type.check && !type.check(node).empty());
    });
    return all;
}

}

// Its files' names tell what of the encoding a picture shows.
struct SavingHost : DeviceRunHost {
    std::string saveImage(const SaveImage& save) override
    {
        DeviceRunHost::saveImage(save);
        const auto& [format, quality] = save.encoding;
        const bool isLossy = format == PictureFormat::Jpeg || format == PictureFormat::Webp;
        return save.name + '.' + std::string(pictureFormatNames()[size_t(format)])
            + (isLossy ? std::to_string(quality) : "");
    }
};

class NodeRunsTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void runs_data() { nodeTypeRows(); }
    void runs();
    void everyParameterActs_data();
    void everyParameterActs();

private:
    Inputs inputsOf(const NodeType& type) const;
    Params paramsOf(const NodeType& type) const;
    Values runWith(const NodeType& type, Params params, ValueDigest& digest, NodeHooks hooks = {});
    std::string digestOf(const NodeType& type, Params params);
    const std::string& knownDigest(const NodeType& type, const Params& params);

    SavingHost m_host;
    Value m_batch; // two latents
    Value m_twoEncoders; // SDXL's
    Value m_flow; // a model of Stable Diffusion 3
    std::map<PortType, Value> m_values, m_others; // for the first input of a type, and for more of them
    std::map<std::pair<std::string_view, Params>, std::string> m_digests; // by a type's id and its parameters
};

void NodeRunsTest::initTestCase()
{
    for (const char* name : {"a.png", "b.png"})
        m_host.pictures[name] = {testPicture(name[0] == 'a' ? 64 : 72, 64), {}, {}};
    for (const auto& [name, file] :
        {std::pair(std::string(starterEstimators), "starter"), {networksFolder + "/mlsd_large_512_fp32.onnx", "mlsd"},
            {networksFolder + "/dw-ll_ucoco_384.onnx", "dwpose"}, {networksFolder + "/yolox_l.onnx", "yolox"}})
        m_host.networks[name] = testDataPath(std::string("estimators/") + file + ".onnx");
    const Values loaded = runNode(m_host, "load_checkpoint", {}, {{"file", testDataPath("tiny_a")}});
    m_twoEncoders = runNode(m_host, "load_checkpoint", {}, {{"file", testDataPath("tiny_xl")}})[1];
    m_flow =
        runNode(m_host, "load_diffusion_model", {}, {{"file", testDataPath("tiny_sd3_transformer.safetensors")}})[0];
    m_values[PortType::Model] = loaded[0];
    m_values[PortType::TextEncoder] = loaded[1];
    m_values[PortType::Vae] = loaded[2];
    m_values[PortType::Conditioning] =
        runNode(m_host, "encode_prompt", {{"text_encoder", loaded[1]}}, {{"text", std::string("a red house")}})[0];
    m_others[PortType::Conditioning] = runNode(m_host, "encode_prompt", {{"text_encoder", loaded[1]}})[0];
    m_others[PortType::Image] = std::make_shared<const ImageValue>(ImageValue{{testPicture(64, 48)}, {}});
    const Infotext info{"a red house", "", {{"Steps", "4"}, {"Model", "tiny_a"}, {"Seed", "0"}}};
    const auto image = std::make_shared<const ImageValue>(ImageValue{{fadingPicture(256, 192)}, {info}});
    m_values[PortType::Image] = image;
    m_values[PortType::Mask] = std::make_shared<const Mask>(testMask(256, 192));
    m_values[PortType::Latent] = runNode(m_host, "encode_image", {{"image", image}, {"vae", loaded[2]}})[0];
    m_batch = runNode(m_host, "repeat_latent", {{"latent", m_values[PortType::Latent]}}, {{"amount", int64_t(2)}})[0];
    m_values[PortType::ControlNet] =
        runNode(m_host, "load_controlnet", {}, {{"file", testDataPath("control_a/control.pth")}})[0];
    m_values[PortType::ControlMap] =
        std::make_shared<const ControlMapValue>(ControlMapValue{{testPicture(64, 64)}, "canny"});
    m_values[PortType::Sampler] = std::string("euler");
    m_values[PortType::Schedule] = std::string("normal");
    m_values[PortType::Int] = int64_t(1);
    m_values[PortType::Float] = 0.5;
    m_values[PortType::Bool] = true;
    m_values[PortType::Text] = std::string("a tree");
    m_values[PortType::Seed] = uint64_t(1) << 63;
}

// Every input, the optional ones too; two of one type get different values where the type is Any.
Inputs NodeRunsTest::inputsOf(const NodeType& type) const
{
    Inputs inputs;
    for (const InputPort& port : type.inputs) {
        const auto value = m_values.find(port.type);
        const bool second = std::ranges::any_of(type.inputs, [&](const InputPort& other) {
            return other.type == port.type && &other < &port && m_others.contains(port.type);
        });
        inputs[std::string(port.name)] = second ? m_others.at(port.type)
            : value == m_values.end()           ? Value(std::string(port.name))
                                                : value->second;
    }
    if (type.id == "load_controlnet") // with it a ControlNet must fit the model
        inputs.erase("made_with");
    if (type.id == "encode_prompt_xl") // whose first text is for the first of two
        inputs["text_encoder"] = m_twoEncoders;
    if (type.id == "set_flow_shift")
        inputs["model"] = m_flow;
    if (type.id == "sample") // of one picture there is no batch
        inputs["latent"] = m_batch;
    if (type.id == "pose") // wide limbs begin at 500 pixels
        inputs["image"] = std::make_shared<const ImageValue>(ImageValue{{fadingPicture(512, 384)}, {}});
    return inputs;
}

Params NodeRunsTest::paramsOf(const NodeType& type) const
{
    Params params;
    for (const Param& param : type.params) {
        ParamValue& value = params[std::string(param.name)] = param.value;
        if (param.name == "resolution")
            value = int64_t(256); // the side's half is a quarter of the work
        if (param.kind == ParamKind::ModelFile || param.kind == ParamKind::DiffusionModelFile
            || param.kind == ParamKind::VaeFile)
            value = testDataPath("tiny_a");
        if (param.kind == ParamKind::ControlNetFile)
            value = testDataPath("control_a/control.pth");
        if (param.kind == ParamKind::UpscalerFile)
            value = testDataPath("upscaler_x3.pth");
        if (param.kind == ParamKind::LoraFile)
            value = testDataPath("lora_kohya.safetensors");
        if (param.kind == ParamKind::ImageFile)
            value = std::string("a.png");
    }
    if (const auto useful = usefulParams.find(type.id); useful != usefulParams.end())
        for (const auto& [name, value] : useful->second)
            params[name] = value;
    return params;
}

// What the node gives, which the digest takes too, with the names of what it saves.
Values NodeRunsTest::runWith(const NodeType& type, Params params, ValueDigest& digest, NodeHooks hooks)
{
    hooks.onSaved = [&](const std::string& path, const Shared<RgbImage>&) { digest.add(path); };
    Values values;
    try {
        values = runNode(m_host, type, inputsOf(type), std::move(params), hooks);
    } catch (const Error& error) {
        QTest::qFail(error.what(), __FILE__, __LINE__);
    }
    for (const Value& value : values)
        std::visit(digest, static_cast<const Value::variant&>(value));
    return values;
}

std::string NodeRunsTest::digestOf(const NodeType& type, Params params)
{
    ValueDigest digest;
    runWith(type, std::move(params), digest);
    return digest.bytes;
}

// Nodes compute the same every time, which runs() checks: most parameters change beside the same others.
const std::string& NodeRunsTest::knownDigest(const NodeType& type, const Params& params)
{
    const auto [known, isNew] = m_digests.try_emplace({type.id, params});
    if (isNew)
        known->second = digestOf(type, params);
    return known->second;
}

void NodeRunsTest::runs()
{
    QFETCH(int, index);
    const NodeType& type = nodeTypes()[size_t(index)];
    if (!type.run)
        return; // it only structures a graph
    m_host.saved.clear();
    int previews = 0;
    NodeHooks hooks;
    hooks.onProgress = [&](const NodeProgress& progress) {
        QVERIFY(progress.total == 0 || progress.done <= progress.total);
        previews += progress.picture ? 1 : 0;
    };
    ValueDigest digest;
    const Values values = runWith(type, paramsOf(type), digest, hooks);
    QCOMPARE(values.size(), type.outputs.size());
    for (size_t i = 0; i < values.size(); ++i)
        QVERIFY2(isOf(type.outputs[i].type, values[i]), viewText(type.outputs[i].name).toUtf8());
    QVERIFY2(!type.isOutput || previews > 0 || !m_host.saved.empty(), "it neither saved nor showed anything");
    QCOMPARE(digest.bytes, knownDigest(type, paramsOf(type)));
}

void NodeRunsTest::everyParameterActs_data()
{
    QTest::addColumn<int>("index");
    QTest::addColumn<int>("param");
    for (int i = 0; i < int(nodeTypes().size()); ++i) {
        const NodeType& type = nodeTypes()[size_t(i)];
        for (int k = 0; type.run && k < int(type.params.size()); ++k)
            QTest::newRow((viewText(type.id) + '.' + viewText(type.params[size_t(k)].name)).toUtf8()) << i << k;
    }
}

void NodeRunsTest::everyParameterActs()
{
    QFETCH(int, index);
    QFETCH(int, param);
    const NodeType& type = nodeTypes()[size_t(index)];
    const Param& p = type.params[size_t(param)];
    const std::string name(p.name);
    Params before = paramsOf(type);
    std::vector<ParamValue> values;
    const auto change = usefulChanges.find(std::string(type.id) + '.' + name);
    if (change != usefulChanges.end()) {
        for (const auto& [changed, value] : change->second)
            changed == name ? values.push_back(value) : void(before[changed] = value);
    } else {
        values = others(type, p, before);
    }
    const std::string& was = knownDigest(type, before);
    for (const ParamValue& value : values) {
        QCOMPARE(paramProblem(p, value), std::string());
        Params after = before;
        after[name] = value;
        if (digestOf(type, after) != was)
            return;
    }
    QVERIFY2(type.id == "upscale_image" && name == "tile", "changing it changes nothing"); // tiles leave no seams
}

ATHANOR_TEST(NodeRunsTest)
#include "node_runs_test.moc"
