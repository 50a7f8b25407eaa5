// Messages and help name only what exists: every option, subcommand and node that a text of the program's sources
// names is held against the command line and the table of nodes.
#include "app/commands/commands.h"
#include "inference/graph/node_type.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QDirIterator>
#include <QRegularExpression>
#include <QTest>

#include <set>

using namespace athanor;

namespace {

using Re = QRegularExpression;

// The string literals of C++ text, neighbours joined, raw ones too.
QStringList literals(const QString& source)
{
    static const Re token(R"re(//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\])'|R"(\w*)\((.*?)\)\1"|"((?:\\.|[^"\\\n])*)")re",
        Re::DotMatchesEverythingOption);
    QStringList all;
    qsizetype end = -1;
    for (auto it = token.globalMatch(source); it.hasNext();) {
        const auto match = it.next();
        const bool joins = end >= 0 && source.mid(end, match.capturedStart() - end).trimmed().isEmpty();
        if (joins && match.captured(0).startsWith('/')) // a comment between two
            end = match.capturedEnd();
        if (match.captured(0).startsWith('/') || match.captured(0).startsWith('\''))
            continue;
        const QString text = match.captured(2) + match.captured(3);
        if (joins)
            all.back() += text;
        else
            all << text;
        end = match.capturedEnd();
    }
    return all;
}

struct Tables {
    std::set<QString> options, subcommands, titles, firstWords;
};

const Tables& tables()
{
    static const Tables made = [] {
        Tables t;
        CLI::App app;
        Command command;
        for (const auto add :
            {addWindow, addGenerate, addRun, addPreprocess, addInspect, addDevices, addBench, addNodes})
            add(app, command);
        app.set_version_flag("--version", "");
        const auto addOptions = [&](const CLI::App& from) {
            for (const CLI::Option* option : from.get_options())
                for (const std::string& name : option->get_lnames())
                    t.options.insert("--" + QString::fromStdString(name));
        };
        addOptions(app);
        std::vector<const CLI::App*> open{&app};
        while (!open.empty()) {
            const CLI::App* at = open.back();
            open.pop_back();
            for (const CLI::App* inner : at->get_subcommands([](const CLI::App*) { return true; })) {
                t.subcommands.insert(QString::fromStdString(inner->get_name()));
                addOptions(*inner);
                open.push_back(inner);
            }
        }
        for (const char* own : {"--mask", "--models"}) // of preprocess, which splits its words itself
            t.options.insert(own);
        for (const NodeType& type : nodeTypes()) {
            const QString title = QString::fromUtf8(type.title.data(), qsizetype(type.title.size()));
            t.titles.insert(title);
            if (title.contains(' '))
                t.firstWords.insert(title.section(' ', 0, 0));
        }
        return t;
    }();
    return made;
}

bool beginsWithTitle(const QString& text)
{
    return std::ranges::any_of(tables().titles, [&](const QString& title) {
        return text.startsWith(title) && (text.size() == title.size() || !text[title.size()].isLetterOrNumber());
    });
}

// What the text names that does not exist.
QStringList wrongNames(const QString& text)
{
    // "athanor workflow" is the format; fields of A1111's texts have capitals throughout ("Resize Mode"), titles do
    // not.
    static const Re option(R"((?<![\w-])--[a-z][a-z-]*[a-z])"), subcommand(R"([`":] ?athanor (?!workflow\b)([a-z]+))");
    static const Re node(R"(\bnodes? ([A-Z]\w*(?: \w+)*))"),
        within(R"((?<=[a-z,] )([A-Z][a-z]+) (?![A-Z][a-z]+\b)\w+)");
    QStringList wrong;
    for (auto it = option.globalMatch(text); it.hasNext();)
        if (const QString name = it.next().captured(0); !tables().options.contains(name))
            wrong << name;
    for (auto it = subcommand.globalMatch(text); it.hasNext();)
        if (const QString name = it.next().captured(1); !tables().subcommands.contains(name))
            wrong << "athanor " + name;
    for (auto it = node.globalMatch(text); it.hasNext();)
        if (const QString name = it.next().captured(1); !beginsWithTitle(name))
            wrong << name;
    // "load one with Load VAE": words in a sentence that begin as a title does are one.
    for (auto it = within.globalMatch(text); it.hasNext();) {
        const auto match = it.next();
        if (tables().firstWords.contains(match.captured(1)) && !beginsWithTitle(text.mid(match.capturedStart(1))))
            wrong << match.captured(0);
    }
    wrong.removeDuplicates();
    return wrong;
}

}

class MessagesTest : public QObject {
    Q_OBJECT
private slots:
    void nameOnlyWhatExists_data();
    void nameOnlyWhatExists();
    void wouldSeeWhatDoesNot_data();
    void wouldSeeWhatDoesNot();
    void nodesThatAreMadeExist();
};

void MessagesTest::nameOnlyWhatExists_data()
{
    QTest::addColumn<QString>("folder");
    for (const char* folder : {"app", "inference", "render", "ui"})
        QTest::newRow(folder) << folder;
}

void MessagesTest::nameOnlyWhatExists()
{
    QFETCH(QString, folder);
    const QString top = QString::fromStdString(sourcePath(folder.toStdString()));
    QDirIterator files(top, {"*.cpp", "*.h"}, QDir::Files, QDirIterator::Subdirectories);
    QStringList wrong;
    int texts = 0;
    while (files.hasNext()) {
        QFile file(files.next());
        QVERIFY(file.open(QIODevice::ReadOnly));
        for (const QString& text : literals(QString::fromUtf8(file.readAll()))) {
            ++texts;
            for (const QString& name : wrongNames(text))
                wrong << file.fileName().mid(top.size() + 1) + ": " + name + " in \"" + text + '"';
        }
    }
    QVERIFY(texts > 100);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join('\n')));
}

void MessagesTest::wouldSeeWhatDoesNot_data()
{
    QTest::addColumn<QString>("source");
    QTest::addColumn<int>("wrong");
    const auto row = [](const char* source, int wrong) { QTest::newRow(source) << QString(source) << wrong; };
    row(R"(f("added with the node Load GLIGEN"))", 1);
    row(R"(f("added with Load " /* so */ "GLIGEN"))", 1);
    row(R"(f("added with the node Load LoRA"))", 0);
    row(R"x(f("load one with Load VAE; or (--vae, the node Load VAE)"))x", 0);
    row(R"(f("use --fast") // --faster)", 1);
    row(R"(f("--seed"); --count;)", 0);
    row(R"(f("as `athanor devices` lists them, not `athanor paint`"))", 1);
    row(R"(f("such as Save image"), g("such as Save picture"))", 1);
    row(R"x(f(R"(the node Load Anything)"))x", 1);
}

void MessagesTest::wouldSeeWhatDoesNot()
{
    QFETCH(QString, source);
    QFETCH(int, wrong);
    QStringList all;
    for (const QString& text : literals(source))
        all << wrongNames(text);
    QVERIFY2(all.size() == wrong, qPrintable(all.join('\n')));
}

// What readers of other programs' files make: a placeholder names its class, anything else a node that exists.
void MessagesTest::nodesThatAreMadeExist()
{
    static const Re made(R"re((?:findNodeType|addNode|add|runNode)\((?:graph, )?"([a-z_]+)")re");
    int found = 0;
    for (const char* folder : {"app", "inference", "ui"}) {
        QDirIterator files(
            QString::fromStdString(sourcePath(folder)), {"*.cpp"}, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QString source = QString::fromUtf8(file.readAll());
            if (!source.contains("findNodeType") && !source.contains("encode_prompt"))
                continue;
            for (auto it = made.globalMatch(source); it.hasNext();) {
                const QString name = it.next().captured(1);
                if (!name.contains('_') && !findNodeType(name.toStdString()))
                    continue; // a field of a text: add("seed", …)
                ++found;
                QVERIFY2(findNodeType(name.toStdString()), qPrintable(file.fileName() + ": " + name));
            }
        }
    }
    QVERIFY(found >= 10);
}

ATHANOR_TEST(MessagesTest)
#include "messages_test.moc"
