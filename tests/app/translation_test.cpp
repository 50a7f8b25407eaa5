// The Chinese of the window: complete, as the tools that collect texts see the program now, and in use.
#include "app/engine/workflow_file.h"
#include "tests/support/program.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"
#include "ui/common/language.h"
#include "ui/document/labels.h"
#include "ui/document/node_texts.h"
#include "ui/document/run_text.h"

#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

using namespace athanor;

namespace {

const QString tsPath = QString::fromStdString(sourcePath("resources/translations/athanor_zh_CN.ts"));

struct Message {
    QString context, source;
    QStringList translations; // several where it counts things
    bool isFinished = true, counts = false;
};

Message readMessage(QXmlStreamReader& xml, const QString& context)
{
    Message message{context, {}, {}};
    message.counts = xml.attributes().value("numerus") == QLatin1String("yes");
    while (xml.readNextStartElement()) {
        if (xml.name() == QLatin1String("source")) {
            message.source = xml.readElementText();
        } else if (xml.name() == QLatin1String("translation")) {
            message.isFinished = !xml.attributes().hasAttribute("type");
            if (!message.counts)
                message.translations << xml.readElementText();
            else
                while (xml.readNextStartElement())
                    message.translations << xml.readElementText();
        } else {
            xml.skipCurrentElement();
        }
    }
    return message;
}

QList<Message> readMessages(const QString& path)
{
    QFile file(path);
    QList<Message> messages;
    if (!file.open(QIODevice::ReadOnly))
        return messages;
    QXmlStreamReader xml(&file);
    QString context;
    while (!xml.atEnd()) {
        xml.readNext();
        if (xml.isStartElement() && xml.name() == QLatin1String("name"))
            context = xml.readElementText();
        else if (xml.isStartElement() && xml.name() == QLatin1String("message"))
            messages << readMessage(xml, context);
    }
    return messages;
}

// "%1 of %2" → {"%1", "%2"}, sorted; "%n" may stay away where there is only one form.
QStringList placeholders(const QString& text)
{
    static const QRegularExpression place("%(\\d+|n|L\\d+)");
    QStringList found;
    for (auto it = place.globalMatch(text); it.hasNext();)
        found << it.next().captured();
    found.removeDuplicates();
    found.sort();
    return found;
}

}

class TranslationTest : public QObject {
    Q_OBJECT
private slots:
    void isComplete();
    void keepsPlaceholders();
    void holdsEveryTextOfNodes();
    void isInTheProgram();
    void fallsBackToEnglish();
};

// As resources/translations/update would write it: a text that is not translated makes it "unfinished".
void TranslationTest::isComplete()
{
    QTemporaryDir folder;
    const QString copy = folder.filePath("athanor_zh_CN.ts");
    QVERIFY(QFile::copy(tsPath, copy));
    QProcess update;
    update.start(QString::fromStdString(sourcePath("resources/translations/update")),
        {QString::fromStdString(programPath()), copy});
    const ProgramResult done = result(update);
    QVERIFY2(done.exitCode == 0, done.err.constData());
    QVERIFY2(!done.err.contains("lacks Q_OBJECT"), done.err.constData()); // its tr() would look elsewhere
    const QList<Message> messages = readMessages(copy);
    QVERIFY(messages.size() > 500);
    QStringList missing;
    for (const Message& message : messages)
        if (!message.isFinished || message.translations.isEmpty() || message.translations.contains(QString()))
            missing << message.context + ": " + message.source;
    QVERIFY2(missing.isEmpty(),
        qPrintable("not translated; run resources/translations/update and fill in:\n" + missing.join('\n')));
}

void TranslationTest::keepsPlaceholders()
{
    for (const Message& message : readMessages(tsPath))
        for (const QString& translation : message.translations) {
            QVERIFY2(placeholders(message.source) == placeholders(translation), qPrintable(message.source));
            QCOMPARE(translation.count('\n'), message.source.count('\n'));
            QVERIFY2(message.source.endsWith(' ') == (translation.endsWith(' ') || translation.endsWith(u'：')),
                qPrintable(message.source));
        }
}

void TranslationTest::holdsEveryTextOfNodes()
{
    QSet<QString> known;
    for (const Message& message : readMessages(tsPath))
        if (message.context == "nodes")
            known << message.source;
    for (const std::string& text : nodeTexts())
        QVERIFY2(known.contains(toText(text)), text.c_str());
}

void TranslationTest::isInTheProgram()
{
    QCOMPARE(label("negative"), QString("Negative"));
    installLanguage(*QCoreApplication::instance(), "zh_CN");
    QCOMPARE(label("negative"), QString("负面"));
    QCOMPARE(label("seed"), QString("种子"));
    QCOMPARE(nodeText("Load checkpoint"), QString("载入大模型"));
    QCOMPARE(QCoreApplication::translate("athanor::MainWindow", "Run"), QString("运行"));
    for (const char* name :
        {"fooocus", "invokeai2", "invokeai5", "template_newline"}) // what workflows from pictures tell
        for (const std::string& warning :
            openWorkflow(sourcePath("tests/data/metadata/" + std::string(name) + ".png")).loaded.warnings)
            QVERIFY2(runText(toText(warning)) != toText(warning), warning.c_str());
    QCOMPARE(runText("Eta is 0.5, but the sampler %1 has none; it is left out"),
        QString("Eta 为 0.5，但采样器 %1 没有此项；已略去"));
    QCOMPARE(runText("a LoRA that acts by the node Load LoRA or --lora, not here; left out: <lora:a%1:1>"),
        QString("LoRA 由“加载 LoRA”节点或 --lora 起作用，此处无效；已略去：<lora:a%1:1>"));
    QCOMPARE(QCoreApplication::translate("athanor::StatusLine", "%n more in the queue", nullptr, 3),
        QString("队列中还有 3 项"));
}

void TranslationTest::fallsBackToEnglish()
{
    QCOMPARE(nodeText("A text that nobody translated"), QString("A text that nobody translated"));
    QCOMPARE(runText("What no table has: %1"), QString("What no table has: %1"));
}

ATHANOR_CORE_TEST(TranslationTest)
#include "translation_test.moc"
