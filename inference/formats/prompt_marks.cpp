#include "inference/formats/prompt_marks.h"

#include "inference/text/later_syntax.h"
#include "inference/text/prompt_lexer.h"

#include <algorithm>
#include <string>

namespace athanor {

namespace {

// What is left out stands as blanks, so that all places stay what they are.
std::string withBlanks(std::string_view utf8, const std::vector<LaterPart>& tags)
{
    std::string text(utf8);
    for (const LaterPart& tag : tags)
        std::fill_n(text.begin() + ptrdiff_t(tag.at), tag.length, ' ');
    return text;
}

}

MarkedPrompt markPrompt(std::string_view utf8)
{
    using Kind = PromptMark::Kind;
    const std::vector<LaterPart> tags = findTags(utf8);
    const std::string text = withBlanks(utf8, tags);
    const LexedPrompt lexed = lexPrompt(text);
    const std::vector<double> weights = weightsOf(lexed.pieces);
    MarkedPrompt marked;
    std::vector<size_t> markOf(lexed.pieces.size()); // the bracket's, of a piece that is one
    for (size_t i = 0; i < lexed.pieces.size(); ++i) {
        const PromptPiece& piece = lexed.pieces[i];
        if (piece.length == 0)
            continue;
        if (piece.kind == PromptPiece::Kind::Text || piece.kind == PromptPiece::Kind::Break) {
            const Kind kind = piece.kind == PromptPiece::Kind::Text ? Kind::Text : Kind::Break;
            marked.marks.push_back({kind, piece.at, piece.length, weights[i]});
            continue;
        }
        if (piece.length > 1) // ":1.3)"
            marked.marks.push_back({Kind::Weight, piece.at, piece.length - 1, piece.multiplier});
        const size_t at = piece.at + piece.length - 1;
        markOf[i] = marked.marks.size();
        marked.marks.push_back({Kind::Bracket, at, 1, piece.multiplier, PromptMark::none, piece.isOpen()});
        if (piece.isOpen() || piece.partner == piece.none)
            continue;
        marked.marks.back().partner = markOf[piece.partner];
        marked.marks[markOf[piece.partner]].partner = markOf[i];
    }
    for (const PromptFault& fault : lexed.faults)
        marked.flaws.push_back({PromptFlaw::Kind(fault.kind), fault.at, fault.length});
    for (const std::vector<LaterPart>& parts : {tags, findLaterSyntax(text, lexed)})
        for (const LaterPart& part : parts)
            marked.flaws.push_back({PromptFlaw::Kind::NotYet, part.at, part.length, laterSentence(part.kind)});
    return marked;
}

}
