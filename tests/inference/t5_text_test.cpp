// The T5 encoder against transformers on random weights (tests/reference/t5.py), and what files tell of it.
#include "inference/models/t5_text.h"
#include "inference/weights/load_weights.h"
#include "tests/support/model_bytes.h"
#include "tests/support/reference.h"
#include "tests/support/t5_model.h"
#include "tests/support/test_program.h"

#include <QTest>

using namespace athanor;

namespace {

PartTensor& tensorOf(ModelFiles& files, const std::string& name)
{
    return *std::ranges::find(files.textEncoder3.tensors, name, &PartTensor::name);
}

}

class T5TextTest : public QObject {
    Q_OBJECT
private slots:
    void cleanupTestCase() { QCOMPARE(m_gpu.validationMessages() + m_asGpu.validationMessages(), 0u); }
    void agreesWithTransformers_data();
    void agreesWithTransformers();
    void sizesAreFound();
    void eitherTableDoes();
    void tellsWhatItDoesNotUse();
    void refusesIdsOutsideTheTable();
    void refuses_data();
    void refuses();

private:
    T5Text load(Gpu& gpu, const std::string& key, DType precision)
    {
        const ModelFiles files = t5Model(key);
        std::vector<std::string> warnings;
        const Detected<T5TextConfig> found = detectT5Text(files, &warnings);
        T5Text model{found.config,
            loadWeights(gpu, files, Part::TextEncoder3, found.roles, precision, warnings, [](uint64_t) {}), precision};
        if (!warnings.empty())
            throw std::runtime_error(warnings[0]);
        return model;
    }

    Gpu m_gpu{{.validation = true}};
    Gpu m_asGpu{{.validation = true, .mask = {.gpuFamily = true}}};
};

void T5TextTest::agreesWithTransformers_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<bool>("asGpu");
    QTest::addColumn<int>("precision");
    QTest::addColumn<double>("tolerance"); // fp16 rounds the weights by up to 2^-11
    for (const char* model : {"a", "b"})
        for (bool asGpu : {false, true}) {
            const char* kernels = asGpu ? "kernels of GPUs" : "own kernels";
            QTest::addRow("%s fp32, %s", model, kernels) << model << asGpu << int(DType::F32) << 1e-4;
            QTest::addRow("%s fp16, %s", model, kernels) << model << asGpu << int(DType::F16) << 1e-2;
        }
}

void T5TextTest::agreesWithTransformers()
{
    QFETCH(QString, model);
    QFETCH(bool, asGpu);
    QFETCH(int, precision);
    QFETCH(double, tolerance);
    const std::string key = model.toStdString();
    const T5Text text = load(asGpu ? m_asGpu : m_gpu, key, DType(precision));
    const TensorFile reference = openReference("t5_text.safetensors");
    for (const char* index : {"0", "1"}) {
        std::vector<int32_t> ids;
        for (float id : referenceValues(reference, key + ".ids." + index))
            ids.push_back(int32_t(id));
        const Tensor states = encodeText(text, ids);
        QCOMPARE(states.shape, (Shape{1, int64_t(ids.size()), text.config.width}));
        QCOMPARE(states.type, DType::F32);
        const double error = relativeL2(toHost(states), referenceValues(reference, key + ".states." + index));
        qInfo("%d tokens: relative L2 %.2e", int(ids.size()), error);
        QVERIFY(error <= tolerance);
    }
}

void T5TextTest::sizesAreFound()
{
    const T5TextConfig a = detectT5Text(t5Model("a")).config;
    QCOMPARE((std::vector{a.layers, a.width, a.heads, a.headSize, a.vocabulary, a.inner, a.buckets, a.maxDistance}),
        (std::vector{3, 20, 3, 5, 50, 36, 32, 128}));
    QCOMPARE(a.normEpsilon, 1e-6f);
    ModelFiles files = t5Model("b");
    const T5TextConfig b = detectT5Text(files).config;
    QCOMPARE((std::vector{b.layers, b.width, b.heads, b.headSize, b.vocabulary, b.inner, b.buckets, b.maxDistance}),
        (std::vector{2, 32, 2, 8, 64, 48, 10, 24}));
    QCOMPARE(b.normEpsilon, 1e-3f);
    files.textEncoder3.config = nullptr; // as in single files
    const T5TextConfig alone = detectT5Text(files).config;
    QCOMPARE((std::vector{alone.layers, alone.heads, alone.headSize, alone.buckets}), (std::vector{2, 2, 8, 10}));
    QCOMPARE(alone.maxDistance, 128);
}

void T5TextTest::eitherTableDoes()
{
    const TensorRoles one = detectT5Text(t5Model("a")).roles, both = detectT5Text(t5Model("b")).roles;
    QVERIFY(!one.contains("shared.weight"));
    QCOMPARE(one.at("encoder.embed_tokens.weight"), TensorRole::Table);
    QCOMPARE(both.at("shared.weight"), TensorRole::Table);
    QCOMPARE(both.at("encoder.embed_tokens.weight"), TensorRole::Mark);
}

void T5TextTest::tellsWhatItDoesNotUse()
{
    ModelFiles files = t5Model("a");
    PartTensor added = files.textEncoder3.tensors.back();
    added.name = "lm_head.weight";
    files.textEncoder3.tensors.push_back(added);
    std::ranges::sort(files.textEncoder3.tensors, {}, &PartTensor::name);
    std::vector<std::string> warnings;
    detectT5Text(files, &warnings);
    QCOMPARE(warnings,
        std::vector<std::string>{"1 tensor is not part of the third text encoder and is ignored: lm_head.weight"});
}

void T5TextTest::refusesIdsOutsideTheTable()
{
    const T5Text text = load(m_gpu, "a", DType::F32);
    for (int32_t id : {-1, 50}) {
        const std::string told = refusal([&] { encodeText(text, std::vector<int32_t>{1, id}); });
        QCOMPARE(told,
            "token id " + std::to_string(id)
                + " is outside the text encoder's 50 entries; tokenizer and model do not belong together");
    }
}

void T5TextTest::refuses_data()
{
    QTest::addColumn<QString>("tensor");
    QTest::addColumn<std::vector<int64_t>>("shape"); // empty: it is not there
    QTest::addColumn<QString>("says");
    const QString bias = "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight",
                  q = "encoder.block.0.layer.0.SelfAttention.q.weight",
                  wi = "encoder.block.0.layer.1.DenseReluDense.wi_0.weight";
    using S = std::vector<int64_t>;
    QTest::newRow("no table") << "encoder.embed_tokens.weight" << S{} << "lacks 1 tensor: shared.weight";
    QTest::newRow("no bias of positions") << bias << S{} << "lacks 1 tensor: " + bias;
    QTest::newRow("T5 1.0") << wi << S{} << "lacks 1 tensor: " + wi;
    QTest::newRow("odd buckets") << bias << S{31, 3} << "31 buckets of positions, supported is an even number";
    QTest::newRow("no heads") << bias << S{32, 0} << "no attention heads";
    QTest::newRow("heads do not divide") << bias << S{32, 4} << "4 attention heads do not divide its 15 channels";
    QTest::newRow("large heads") << q << S{1500, 20} << "attention heads of 500 channels, supported are up to 256";
    QTest::newRow("other width") << "encoder.final_layer_norm.weight" << S{21} << "found [21], expected [20]";
    QTest::newRow("other inner") << wi << S{35, 20} << "found [36, 20], expected [35, 20]";
}

void T5TextTest::refuses()
{
    QFETCH(QString, tensor);
    QFETCH(std::vector<int64_t>, shape);
    QFETCH(QString, says);
    ModelFiles files = t5Model("a");
    PartTensor& changed = tensorOf(files, tensor.toStdString());
    changed.info.shape = shape;
    if (shape.empty())
        std::erase_if(files.textEncoder3.tensors, [&](const PartTensor& t) { return t.name == tensor.toStdString(); });
    const std::string text = refusal([&] { detectT5Text(files); });
    QVERIFY2(text.find(says.toStdString()) != text.npos, text.c_str());
}

ATHANOR_TEST(T5TextTest)
#include "t5_text_test.moc"
