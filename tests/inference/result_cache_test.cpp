#include "inference/run/result_cache.h"

#include "tests/support/test_program.h"

#include <QTest>

using namespace athanor;

namespace {

SharedValues textOf(size_t bytes)
{
    return std::make_shared<const Values>(Values{std::string(bytes, 'x')});
}

}

class ResultCacheTest : public QObject {
    Q_OBJECT
private slots:
    void dropsWhatWasUnusedLongest()
    {
        ResultCache cache(4'000);
        cache.insert({1, 1}, textOf(1'000));
        cache.insert({1, 2}, textOf(1'000));
        cache.insert({1, 3}, textOf(1'000));
        QVERIFY(cache.find({1, 1}));
        cache.insert({1, 4}, textOf(1'000));
        QVERIFY(cache.find({1, 1}));
        QVERIFY(!cache.find({1, 2}));
        QVERIFY(cache.find({1, 3}) && cache.find({1, 4}));
        QVERIFY(cache.bytes() <= 4'000);
    }

    void keepsNothingBeyondTheBudget()
    {
        ResultCache cache(4'000);
        cache.insert({1, 1}, textOf(1'000));
        cache.insert({1, 2}, textOf(4'001));
        QVERIFY(cache.find({1, 1}) && !cache.find({1, 2}));
        cache.insert({1, 1}, textOf(2'000)); // replaced, not counted twice
        QVERIFY(cache.bytes() < 3'000);
        cache.clear();
        QCOMPARE(cache.bytes(), uint64_t(0));
        QVERIFY(!cache.find({1, 1}));
        ResultCache none(0);
        none.insert({1, 1}, textOf(0));
        QCOMPARE(none.size(), size_t(0));
    }

    void fingerprintsTellPiecesApart()
    {
        const auto of = [](auto... pieces) {
            Hasher hasher;
            (hasher.add(pieces), ...);
            return hasher.result();
        };
        using S = std::string_view;
        using P = ParamValue;
        const std::vector<Fingerprint> all{of(S("")), of(S("a")), of(S("ab"), S("c")), of(S("a"), S("bc")),
            of(S("abc")), of(S("12345678")), of(S("12345678"), S("")), of(P(true)), of(P(int64_t(1))), of(P(1.0)),
            of(P(uint64_t(1))), of(P(std::string("1"))), of(P(0.0)), of(P(int64_t(-1))), of(P(UINT64_MAX))};
        for (size_t i = 0; i < all.size(); ++i)
            for (size_t j = 0; j < i; ++j)
                QVERIFY2(all[i] != all[j], qPrintable(QString("%1 and %2").arg(i).arg(j)));
        // Kept in files, so it may never change.
        QCOMPARE(of(S("athanor"), uint64_t(7)).text(), std::string("2a312b2c86eee0052cff854f4f0241cd"));
    }
};

ATHANOR_TEST(ResultCacheTest)
#include "result_cache_test.moc"
