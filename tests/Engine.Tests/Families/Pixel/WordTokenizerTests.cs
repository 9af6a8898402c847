using FsCheck;
using FsCheck.Fluent;
using Loupe.Engine.Families.Bundles;
using Loupe.Engine.Families.Pixel;

namespace Loupe.Engine.Tests.Families.Pixel;

public sealed class WordTokenizerTests
{
    private static readonly string[] Special = ["<pad>", "<eos>", "<unk>", "<answer>", "[0]", "[1]"];

    private static readonly string[] Words =
        ["a", "is", "the", "dog", "don't", "t-shirt", "red", "brown", "3", ",", ".", "?", "!", "'", "what", "éclair", "-"];

    private readonly WordTokenizer _tokenizer = new(new TokenizerFile("words", Special, Words), "tokenizer.json");

    [Theory]
    [InlineData("What is the dog?", "what is the dog")]
    [InlineData("  What\tIS the\r\nDOG ?! ", "what is the dog")]
    [InlineData("the dog. is [0] red?", "the dog . is [0] red")]
    [InlineData("a t-shirt, a red-brown dog", "a t-shirt , a red brown dog")]
    [InlineData("don't / don’t", "don't <unk> don't")]
    [InlineData("the dog's 3", "the <unk> 3")]
    [InlineData("[0][1] [7] [10]", "[0] [1] <unk> <unk> <unk> <unk>")]
    [InlineData("<eos> <unk>", "<unk> <unk> <unk> <unk>")]
    [InlineData("éclair 𝒳 -", "éclair <unk> -")]
    [InlineData("?!.", "")]
    [InlineData("", "")]
    public void Text_is_read_as_the_model_was_taught(string text, string read) =>
        Assert.Equal(read, _tokenizer.Spell(_tokenizer.Encode(text)));

    [Fact]
    public void Ids_count_through_special_tokens_then_words()
    {
        Assert.Equal([4, Special.Length, Special.Length + 3], _tokenizer.Encode("[0] a dog"));
        Assert.Equal(Special.Length, _tokenizer.FirstWord);
        Assert.Equal(Special.Length + Words.Length, _tokenizer.Count);
        Assert.Equal(2, _tokenizer.Unknown);
    }

    [Fact]
    public void Words_of_the_list_come_back()
    {
        var some = Gen.Elements(Words.Where(w => w is not ("." or "?" or "!")))
            .NonEmptyListOf()
            .Select(words => words.ToArray())
            .ToArbitrary();

        Prop.ForAll(some, words => words.SequenceEqual(_tokenizer.Encode(string.Join(' ', words)).Select(id => _tokenizer[id])))
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_text_is_read_and_its_reading_reads_the_same()
    {
        Prop.ForAll<string?>(text =>
        {
            var ids = _tokenizer.Encode(text ?? "");
            return ids.TrueForAll(id => id >= 0 && id < _tokenizer.Count) && ids.SequenceEqual(_tokenizer.Encode(_tokenizer.Spell(ids)));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Special_tokens_cannot_be_written()
    {
        var pieces = Gen.Elements(["<", ">", "eos", "answer", "<answer>", "<eos>", "<pad>", " ", "dog", "["])
            .ListOf()
            .Select(p => string.Concat(p))
            .ToArbitrary();

        Prop.ForAll(pieces, text => _tokenizer.Encode(text).TrueForAll(id => id >= _tokenizer.FirstWord || id == _tokenizer.Unknown))
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Answers_have_no_space_before_punctuation()
    {
        Assert.Equal("yes, a dog. is it? 'a'", WordTokenizer.Join(["yes", ",", "a", "dog", ".", "is", "it", "?", "'a'"]));
        Assert.Equal("", WordTokenizer.Join([]));
        Assert.Equal(", a", WordTokenizer.Join([",", "a"]));
    }

    [Fact]
    public void A_list_that_makes_no_sense_is_refused()
    {
        Assert.Contains("'bytes'", Refused(new("bytes", Special, Words)));
        Assert.Contains("'dog' 2 times", Refused(new("words", Special, [.. Words, "dog"])));
        Assert.Contains("'<unk>'", Refused(new("words", ["<pad>"], Words)));
    }

    private static string Refused(TokenizerFile file) =>
        Assert.Throws<BundleException>(() => new WordTokenizer(file, "tokenizer.json")).Message;
}
