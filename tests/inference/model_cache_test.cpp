// One file's weights are loaded once, shared, and freed when they are old, unused and in the way.
#include "inference/models/unet.h"
#include "inference/networks/onnx_network.h"
#include "inference/values/text_net.h"
#include "render/error.h"
#include "tests/support/device_run_host.h"
#include "tests/support/test_program.h"

#include <QFileInfo>
#include <QTest>

using namespace athanor;

class ModelCacheTest : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        m_cache = std::make_unique<ModelCache>(uint64_t(1) << 30);
        m_hashed = 0;
    }

    void loadsAFileOnce()
    {
        const LoadedModel first = load("tiny_a"), second = load("tiny_a");
        QCOMPARE(first.model->net, second.model->net);
        QCOMPARE(clipOf(first.text->nets[0]), clipOf(second.text->nets[0]));
        QCOMPARE(first.vae->vae, second.vae->vae);
        QCOMPARE(m_hashed, 1);
        QCOMPARE(first.model->name, std::string("tiny_a"));
        QCOMPARE(first.vae->name, std::string()); // the model's own
        QVERIFY(load("tiny_b.ckpt").model->net != first.model->net);
    }

    void anotherStateIsAnotherFile()
    {
        const LoadedModel first = load("tiny_a");
        QVERIFY(load("tiny_a", DType::F16).model->net != first.model->net);
        QVERIFY(load("tiny_a", DType::F32, "changed").model->net != first.model->net);
        QCOMPARE(load("tiny_a").model->net, first.model->net);
    }

    void vaeIsNamedAndLoadedOnce()
    {
        const Shared<VaeValue> vae = loadVae("tiny_a.safetensors");
        QCOMPARE(loadVae("tiny_a.safetensors")->vae, vae->vae);
        QCOMPARE(vae->name, std::string("tiny_a"));
        QVERIFY(load("tiny_a.safetensors").vae->vae != vae->vae);
    }

    void freesTheLongestUnusedFirst()
    {
        const void* a = load("tiny_a").model.get();
        const void* b = load("tiny_b.ckpt").model.get();
        QCOMPARE(load("tiny_a").model.get(), a); // now b is the older one
        const uint64_t both = m_cache->unusedBytes();
        const uint64_t freed = m_cache->free(1);
        QVERIFY(freed > 0 && freed < both);
        QCOMPARE(m_cache->unusedBytes(), both - freed);
        QCOMPARE(m_hashed, 2);
        QCOMPARE(load("tiny_a").model.get(), a);
        QCOMPARE(m_hashed, 2);
        load("tiny_b.ckpt");
        QCOMPARE(m_hashed, 3);
        (void)b;
    }

    void keepsWhatIsInUse()
    {
        // A value made from it, as clip skip makes one, is a use too.
        auto text = std::make_unique<TextEncoderValue>(*load("tiny_a").text);
        const uint64_t live = weights();
        QCOMPARE(m_cache->free(), uint64_t(0));
        QCOMPARE(m_cache->unusedBytes(), uint64_t(0));
        QCOMPARE(weights(), live);
        text.reset();
        QVERIFY(m_cache->free() > 0);
        QVERIFY(weights() < live);
    }

    void staysWithinItsBudget()
    {
        load("tiny_a");
        const uint64_t one = m_cache->unusedBytes();
        m_cache = std::make_unique<ModelCache>(one + one / 2);
        load("tiny_a");
        load("tiny_a", DType::F32, "changed");
        QCOMPARE(m_cache->unusedBytes(), one);
        m_cache = std::make_unique<ModelCache>(0);
        const LoadedModel held = load("tiny_a");
        QCOMPARE(load("tiny_a").model->net, held.model->net);
    }

    void networksOfPreprocessorsStay()
    {
        const std::string path = testDataPath("estimators/hed.onnx");
        std::shared_ptr<OnnxNetwork> network = m_cache->onnx(path, "");
        QCOMPARE(m_cache->onnx(path, ""), network);
        QVERIFY(m_cache->onnx(path, "changed") != network);
        const uint64_t size = network->bytes();
        QCOMPARE(int64_t(size), QFileInfo(QString::fromStdString(path)).size());
        QCOMPARE(m_cache->unusedBytes(), size); // the changed one
        network.reset();
        QCOMPARE(m_cache->free(), 2 * size);
    }

    // E04: what nothing uses makes room for what is needed.
    void makesRoomOnAFullDevice()
    {
        load("tiny_a");
        GpuOptions options;
        options.mask.maxMemory = m_cache->unusedBytes() * 3 / 2;
        Gpu small(options);
        ModelCache cache(uint64_t(1) << 30);
        const auto loadInto = [&](const std::string& stamp) {
            return cache.checkpoint(small, {testDataPath("tiny_a"), stamp, DType::F32}, [] { return ""; }, {});
        };
        loadInto("one");
        loadInto("two");
        const uint64_t live = small.memory().statistics(MemoryUse::Weights).liveBytes;
        QVERIFY(live > 0 && live <= options.mask.maxMemory);
    }

    void failedLoadsLeaveNothing()
    {
        const uint64_t live = weights();
        std::stop_source stop;
        stop.request_stop();
        const ModelFile file{testDataPath("tiny_a"), "", DType::F32};
        try {
            m_cache->checkpoint(m_gpu, file, [] { return ""; }, {{}, stop.get_token()});
            QFAIL("it was loaded");
        } catch (const Error& error) {
            QCOMPARE(error.kind, ErrorKind::Cancelled);
        }
        QCOMPARE(m_cache->unusedBytes(), uint64_t(0));
        QCOMPARE(weights(), live);
    }

private:
    LoadedModel load(const std::string& name, DType precision = DType::F32, const std::string& stamp = "")
    {
        const auto hash = [this] {
            ++m_hashed;
            return std::string("0123456789");
        };
        return m_cache->checkpoint(m_gpu, {testDataPath(name), stamp, precision}, hash, {});
    }
    Shared<VaeValue> loadVae(const std::string& name)
    {
        std::vector<std::string> warnings;
        return m_cache->vae(m_gpu, {testDataPath(name), "", DType::F32}, {}, warnings);
    }
    uint64_t weights() { return m_gpu.memory().statistics(MemoryUse::Weights).liveBytes; }

    Gpu m_gpu;
    std::unique_ptr<ModelCache> m_cache;
    int m_hashed = 0; // files loaded: each is hashed once
};

ATHANOR_TEST(ModelCacheTest)
#include "model_cache_test.moc"
