// Command sdkgen writes the SDK that `pulumi package add` generates, where the target's language host isn't available:
//
//	sdkgen nodejs|go SCHEMA.json FOLDER
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"

	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

func generate(language, schemaFile string) (map[string][]byte, error) {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, err
	}
	pkg, err := schema.ImportSpec(spec, nil, schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	switch language {
	case "nodejs":
		return nodejs.GeneratePackage("sdkgen", pkg, nil, nil, true, nil)
	case "go":
		return gogen.GeneratePackage("sdkgen", pkg, nil)
	}
	return nil, fmt.Errorf("no generator for %s", language)
}

func main() {
	language := os.Args[1]
	files, err := generate(language, os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	for name, content := range files {
		if language == "nodejs" && filepath.Dir(name) != "." {
			// Built with Go 1.26 or newer, whose filepath.Rel returns a clean path, this generator loses a "..".
			for _, root := range []string{"types/", "utilities"} {
				content = bytes.ReplaceAll(content, []byte(`from "./`+root), []byte(`from "../`+root))
			}
		}
		file := filepath.Join(os.Args[3], filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			log.Fatal(err)
		}
		if err := os.WriteFile(file, content, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}
